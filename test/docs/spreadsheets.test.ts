import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openBench, type Bench } from '../support/bulk2.ts';
import { needing } from '../support/systems.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'spreadsheets.md'), 'utf8');

describe('the page on spreadsheets', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench({}, { alias: 'my-org' });
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const told: string[] = [];
  const commands = blocks('sh').flatMap((block) => block.split(/\n(?=sf )/));

  needing('a POSIX shell').each(commands)('has commands that work: %#', async (command) => {
    const sf = `sf() { "${process.execPath}" "${join(root, 'bin', 'run.js')}" "$@"; }\n`;
    const options = { cwd: bench.folder, env: bench.env };
    const { stderr } = await promisify(execFile)('sh', ['-e', '-c', sf + command], options);
    told.push(stderr.replaceAll(/\s+/g, ' '));
  });

  needing('a POSIX shell')('shows what the commands tell, and they did what it says', async () => {
    for (const line of blocks('text').join('').trim().split('\n')) expect(told.join()).toContain(line);
    expect(told.join()).toContain("can't be set on existing records are not sent: CreatedDate.");
    const accounts = await bench.org.records('Account');
    const shown = accounts.map(({ Name, AnnualRevenue, AccountNumber }) => [
      Name,
      AnnualRevenue,
      AccountNumber,
    ]);
    expect(shown).toEqual([
      ['Müller GmbH', 1234567, '0042'],
      ['Ferrari & Co', 89500, '0043'],
    ]);
    const deals = await bench.org.records('Opportunity');
    expect(deals.map(({ CloseDate }) => CloseDate)).toEqual(['2027-03-31', '2027-06-30']);
    const [, first] = await readSheet(bench.file('accounts-again.xlsx'));
    expect(first?.slice(1)).toEqual(['Müller GmbH', 1234567]);
    expect(await readFile(bench.file('accounts.csv'), 'utf8')).toMatch(/^\uFEFF"Id",.*"1234567.0"\n/s);
  });
});

/** The blocks of code in a language. */
function blocks(language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, code = '']) =>
    name === language ? [code] : [],
  );
}
