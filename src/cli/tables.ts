import type { makeTable as MakeTable, printTable as PrintTable, TableOptions } from '@oclif/table';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { shown } from './shown.js';

let tables: { readonly makeTable: typeof MakeTable; readonly printTable: typeof PrintTable } | undefined;

/** Prints a table as `SfCommand.table` does, and loads what prints it only then: a tenth of a second of work. */
export async function showTable<Row extends Record<string, unknown>>(
  voice: Pick<SfCommand<unknown>, 'table' | 'jsonEnabled'>,
  options: TableOptions<Row>,
): Promise<void> {
  if (voice.jsonEnabled()) return;
  tables ??= await import('@oclif/table');
  voice.table({ ...options, data: options.data.map(shownRow) });
}

function shownRow<Row extends Record<string, unknown>>(row: Row): Row {
  const cells = Object.entries(row).map(([name, cell]) => [
    name,
    typeof cell === 'string' ? shown(cell) : cell,
  ]);
  return Object.fromEntries(cells) as Row;
}

// The two that sf-plugins-core imports: in the bundle it finds them here.

export const printTable: typeof PrintTable = (options) => loaded().printTable(options);

export const makeTable: typeof MakeTable = (options) => loaded().makeTable(options);

function loaded(): NonNullable<typeof tables> {
  if (tables === undefined) throw new Error('Tables are printed by showTable alone.');
  return tables;
}
