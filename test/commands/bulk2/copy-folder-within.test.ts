import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { id } from '../../support/copy-orgs.ts';

const plan = `version: 1
objects:
  - object: Task
    within: [WhatId, WhoId]
    fields: [Subject, WhatId, WhoId]
  - object: Contact
    within: AccountId
    fields: [LastName, AccountId]
  - object: Account
    where: Industry = 'Energy'
`;

test('a folder has only the records that belong to the copy, by parents of parents and by contacts of persons', async () => {
  const persons = { personAccounts: true };
  const { bench, source } = await openBenchOfTwo(persons, persons);
  source.database.load('Account', [
    { Id: id('001', 1), Name: 'In', Industry: 'Energy' },
    { Id: id('001', 2), Name: 'Out' },
    { Id: id('001', 3), IsPersonAccount: true, LastName: 'Inside', Industry: 'Energy' },
    { Id: id('001', 4), IsPersonAccount: true, LastName: 'Outside' },
  ]);
  const contact = (number: number, LastName: string, account: number | null) => ({
    Id: id('003', number),
    LastName,
    AccountId: account === null ? null : id('001', account),
  });
  source.database.load('Contact', [contact(51, 'in', 1), contact(52, 'out', 2), contact(53, 'none', null)]);
  const persons3And4 = (await source.records('Contact')).filter(({ LastName }) =>
    String(LastName).includes('side'),
  );
  const task = (Subject: string, WhoId: string | null, WhatId: string | null) => ({ Subject, WhoId, WhatId });
  source.database.load('Task', [
    task('of contact in', id('003', 51), null),
    task('of contact out', id('003', 52), null),
    task('of account in', null, id('001', 1)),
    task('of nobody', null, null),
    ...persons3And4.map(({ Id = null, LastName }) => task(`of ${String(LastName)}`, String(Id), null)),
  ]);
  await writeFile(bench.file('plan.yaml'), plan);
  const from = ['--source-org', 'source', '--output-dir', 'sample'];
  const { code, stderr, answer } = await bench.runJson<{ result: CopyReport }>(
    ...['copy', '--plan', 'plan.yaml', ...from],
  );
  expect(code, stderr).toBe(0);
  const inFile = async (object: string, column: string) => {
    const [header = '', ...rows] = (await readFile(bench.file(`sample/${object}.csv`), 'utf8'))
      .trim()
      .split('\n');
    const at = header.split(',').indexOf(column);
    return rows.map((row) => row.replaceAll('"', '').split(',')[at]).toSorted();
  };
  expect(await inFile('Contact', 'LastName')).toEqual(['in']);
  expect(await inFile('Task', 'Subject')).toEqual(['of Inside', 'of account in', 'of contact in']);
  const counts = answer.result.objects.map((each) => [each.object, each.readRecords, each.outsideRecords]);
  expect(Object.fromEntries(counts.map(([object, ...more]) => [object, more]))).toEqual({
    Account: [2, 0],
    Contact: [3, 2],
    Task: [6, 3],
  });
  const loaded = await bench.run('copy', '--source-dir', 'sample', '--no-prompt');
  expect(loaded.code, loaded.stderr).toBe(0);
  expect(await bench.org.records('Task')).toHaveLength(3);
});
