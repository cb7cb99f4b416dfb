import type { SfCommand } from '@salesforce/sf-plugins-core';
import type { Table } from '../lib/formats/table.js';
import { totalText } from './query-text.js';

/** Shows the first records of an export and how many there are. */
export function showRecords(
  { columns, rows, totalRows }: Table,
  voice: Pick<SfCommand<unknown>, 'log' | 'table'>,
): void {
  voice.table({
    data: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']))),
    columns: columns.map((column) => ({ key: column, name: column })),
    overflow: 'wrap',
  });
  voice.log(totalText(rows.length, totalRows));
}
