import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxSoqlCharacters } from '../../src/lib/soql/check.js';
import { leastSplitBytes, mostJobBytes } from '../../src/lib/load/model/request.js';
import { projectRoot } from '../host/sf.ts';

// Pages that explain have figures in their prose. They are those of the code.

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

type Manifest = {
  readonly commands: Readonly<
    Record<string, { readonly flags: Readonly<Record<string, { readonly default?: unknown }>> }>
  >;
};

const { commands } = JSON.parse(read('oclif.manifest.json')) as Manifest;
const defaultOf = (command: string, flag: string): unknown =>
  commands[`bulk2:${command}`]?.flags[flag]?.default;

/** A constant that its file keeps to itself: a number, or a product of some. */
function constantIn(path: string, name: string): number {
  const [, value = ''] = new RegExp(`const ${name} = ([\\d_ *]+);`).exec(read(path)) ?? [];
  expect(value, `${name} in ${path}`).not.toBe('');
  return value
    .replaceAll('_', '')
    .split('*')
    .reduce((product, factor) => product * Number(factor), 1);
}

const count = (value: number): string => value.toLocaleString('en-US');
const megabytes = (bytes: number): string => `${bytes / 1_000_000} MB`;
const numerals: Readonly<Record<number, string>> = { 4: 'four', 10: 'ten' };

const sheetRows = count(constantIn('src/lib/output/xlsx.ts', 'mostRows') - 1);
const cellCharacters = count(constantIn('src/lib/output/xlsx.ts', 'mostCharacters'));
const least = megabytes(leastSplitBytes);
const most = megabytes(mostJobBytes);
const threshold = String(defaultOf('update', 'bulk-threshold'));
const uploads = numerals[Number(defaultOf('insert', 'concurrency'))] ?? '';
const restCharacters = count(constantIn('src/lib/api/rest.ts', 'longestQueryParameter'));
const overlap = constantIn('src/lib/export/marks.ts', 'overlapMs') / 60_000;
const kept = `${/keptForMs = (\d+) \* dayMs/.exec(read('src/lib/run/prune.ts'))?.[1] ?? '?'} days`;

test.each([
  ['docs/limits.md', `jobs of up to ${most}`],
  ['docs/limits.md', `up to ${threshold} records`],
  ['docs/limits.md', `about ${restCharacters} characters`],
  ['docs/limits.md', `Bulk queries take ${count(maxSoqlCharacters)}`],
  ['docs/mass-update.md', `Up to ${threshold} records are changed with SObject Collections`],
  ['docs/big-files.md', `A file of up to ${least} is one job.`],
  ['docs/big-files.md', `parts of ${least} to ${most}`],
  ['docs/big-files.md', `up to ${uploads} are\n  uploaded at once`],
  ['docs/nightly-export.md', `up to ${numerals[overlap] ?? ''} minutes late`],
  ['docs/ci.md', `${numerals[overlap] ?? ''} minutes more`],
  ['docs/spreadsheets.md', `A sheet holds ${sheetRows} records, and a cell ${cellCharacters}\ncharacters`],
  ['docs/files.md', `${kept} after the end`],
  ['docs/ci.md', `${kept} after the end`],
  ['messages/bulk2.query.md', `holds ${sheetRows} records, and a cell ${cellCharacters} characters`],
  ['messages/bulk2.query.md', `begins ${overlap} minutes before`],
])('%s has the figures of the code: "%s"', (page, text) => {
  expect(read(page)).toContain(text);
});
