import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openBench, type Bench } from '../support/bulk2.ts';
import { codeBlocks, pageText, runAsPrinted } from '../support/docs-page.ts';
import { needing } from '../support/systems.ts';

const page = pageText('docs/spreadsheets.md');

describe('the page on spreadsheets', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const told: string[] = [];
  const commands = codeBlocks(page, 'sh').flatMap((block) => block.split(/\n(?=sf )/));

  needing('a POSIX shell').each(commands)('has commands that work: %#', async (command) => {
    const { code, stderr } = await runAsPrinted(command, bench);
    expect(code, stderr).toBe(0);
    told.push(stderr.replaceAll(/\s+/g, ' '));
  });

  needing('a POSIX shell')('shows what the commands tell, and they did what it says', async () => {
    for (const line of codeBlocks(page, 'text').join('').trim().split('\n'))
      expect(told.join()).toContain(line);
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
      ['Weber AG', null, null],
      ['Rossi Srl', null, null],
    ]);
    const deals = await bench.org.records('Opportunity');
    expect(deals.map(({ CloseDate }) => CloseDate)).toEqual(['2027-03-31', '2027-06-30']);
    const [success = ''] = await readdir(bench.file('results'));
    const [header, weber] = (await readFile(bench.file(join('results', success)), 'utf8')).split('\n');
    expect(`${header}\n`).toBe(codeBlocks(page, 'csv')[0]);
    expect(weber).toMatch(/^"001\w{15}","true",partners.csv,1,Weber AG,.*,P-17,Ines$/);
    const [, first] = await readSheet(bench.file('accounts-again.xlsx'));
    expect(first?.slice(1)).toEqual(['Müller GmbH', 1234567]);
    expect(await readFile(bench.file('accounts.csv'), 'utf8')).toMatch(/^\uFEFF"Id",.*"1234567"\n/s);
  });
});
