import type { SfCommand } from '@salesforce/sf-plugins-core';
import type { TableOptions } from './table-lines.js';

/** Prints a table as wide as the terminal allows; where standard output is no terminal, as wide as it is. */
export async function showTable(
  voice: Pick<SfCommand<unknown>, 'log' | 'jsonEnabled'>,
  options: TableOptions,
): Promise<void> {
  if (voice.jsonEnabled() || options.data.length === 0) return;
  const width = process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : Infinity;
  const { tableLines } = await import('./table-lines.js');
  voice.log(tableLines(options, width).join('\n'));
}
