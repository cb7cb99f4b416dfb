import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { codeBlocks, pageText, runAsPrinted, tableRows, type PageOutcome } from '../support/docs-page.ts';
import { needing } from '../support/systems.ts';

const page = pageText('docs/fix-failed-rows.md');
/** The id that the page writes for that of the load. */
const printedId = '7505g00000abcdEAAQ';

describe('the page on failed rows', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const outcomes: PageOutcome[] = [];
  /** The first lines of the failed-records file, before anybody has touched it. */
  let failedRecords = '';
  let loadId = printedId;

  needing('a POSIX shell').each(codeBlocks(page, 'sh'))(
    'has commands that can be run: %#',
    async (command) => {
      outcomes.push(await runAsPrinted(command.replaceAll(printedId, loadId), bench));
      if (loadId !== printedId || !command.includes('--results-dir results')) return;
      const names = await readdir(bench.file('results'));
      const name = names.find((each) => each.endsWith('-failed-records.csv')) ?? '';
      failedRecords = await readFile(bench.file(`results/${name}`), 'utf8');
      loadId = name.replace('-failed-records.csv', '');
    },
  );

  needing('a POSIX shell')('tells how each of them ends, and every row is saved once', async () => {
    const { ok, someRowsFailed } = exitCodes;
    const said = outcomes.map(({ stdout, stderr }) => stdout + stderr);
    expect(
      outcomes.map(({ code }) => code),
      said.join('\n'),
    ).toEqual([ok, someRowsFailed, ok, ok, ok, ok]);
    expect(said[1]).toContain(`sf bulk2 job retry --id ${loadId}`);
    const [header, ...rows] = failedRecords.trim().split('\n');
    expect(codeBlocks(page, 'text')).toEqual([`${header}\n`]);
    expect(rows.join('\n')).toMatch(/DUPLICATE_VALUE.*Initech.*\n.*NOT_SENT.*Umbrella/);
    const accounts = await bench.org.records('Account');
    expect(accounts.map((account) => `${account.External_Id__c} ${account.Name}`).sort()).toEqual([
      'A-1 Acme',
      'A-2 Globex',
      'A-3 Umbrella',
      'A-4 Hooli',
      'A-5 Initech',
    ]);
    expect(await readFile(bench.file('load.html'), 'utf8')).toContain('</html>');
  });
});

test('the page on failed rows has every exit code', () => {
  const codes = tableRows(page).flatMap(({ Code }) => (Code === undefined ? [] : [Number(Code)]));
  expect(codes).toEqual(Object.values(exitCodes));
});
