import type { SfCommand } from '@salesforce/sf-plugins-core';
import type { Table } from '../../lib/export/export.js';
import { totalText } from './query-text.js';
import { showTable } from '../tables.js';

/** Shows the first records of an export and how many there are. */
export async function showRecords(
  { columns, rows, totalRows }: Table,
  voice: Pick<SfCommand<unknown>, 'log' | 'jsonEnabled'>,
): Promise<void> {
  await showTable(voice, {
    data: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']))),
    columns: columns.map((column) => ({ key: column, name: column })),
  });
  voice.log(totalText(rows.length, totalRows));
}
