import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { accounts, id } from '../../support/copy-orgs.ts';
import { detail, detailSchemas } from '../../support/detail-orgs.ts';

/** Two accounts of a record type that the target doesn't have. */
async function openWithType(plan: string) {
  const type = { SobjectType: 'Account', DeveloperName: 'Old' };
  const { bench, source } = await openBenchOfTwo(
    { recordTypes: [{ ...type, DeveloperName: 'Other' }] },
    { recordTypes: [type] },
  );
  const [old] = await source.records('RecordType');
  source.database.load(
    'Account',
    accounts(2).map((each) => ({ ...each, External_Id__c: each.Id, RecordTypeId: old?.Id ?? null })),
  );
  await writeFile(bench.file('plan.yaml'), `version: 1\nobjects: [{ object: Account, ${plan} }]\n`);
  return { bench, copy: ['copy', '--plan', 'plan.yaml', '--source-org', 'source'] };
}

test.each([
  ['', 'in 2 records. New records get the default type of your profile.'],
  [
    ', key: External_Id__c',
    'in 2 records. Left as it is in records that the target has, the default type of your profile in new ones.',
  ],
])('records whose type is missing are told to get the default one, not none (%s)', async (more, text) => {
  const plan = `lookups: { RecordTypeId: { missing: clear } }${more}`;
  const { bench, copy } = await openWithType(plan);
  const { code, stdout, stderr } = await bench.run(...copy, '--dry-run');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`Account.RecordTypeId: the target doesn't have the record type ${text}`);
  expect(stdout).not.toContain("isn't copied");
});

test('an insert of what the target has already is no reference, in the plan and in the results', async () => {
  const { bench, copy } = await openWithType('operation: insert, key: Name, fields: [Name, Site]');
  bench.org.database.load('Account', [
    { Name: 'Account 0', Site: 'kept' },
    { Name: 'Account 1', Site: 'kept' },
  ]);
  const planned = await bench.run(...copy, '--dry-run');
  expect(planned.stdout).toMatch(/Account, matched +insert +2 +0 /);
  expect(planned.stdout).not.toContain('reference');
  const { code, answer } = await bench.runJson<{ result: CopyReport }>(...copy, '--no-prompt');
  expect(code).toBe(0);
  expect(answer.result.steps.map(({ operation }) => operation)).toContain('insert');
  expect((await bench.org.records('Account')).map(({ Site }) => Site)).toEqual(['kept', 'kept']);
});

test('an object without record types in the target is named in a warning, before anything is sent and in the report', async () => {
  const recordTypes = [{ SobjectType: 'Account', DeveloperName: 'Old' }];
  const { bench, source } = await openBenchOfTwo({}, { recordTypes });
  const [old] = await source.records('RecordType');
  source.database.load('Account', [{ ...accounts(1)[0], RecordTypeId: old?.Id ?? null }]);
  const copy = ['copy', '-s', 'Account', '--source-org', 'source'];
  const warning =
    'Account: the target has no record types of this object. The records are sent without theirs';
  for (const more of [['--dry-run'], ['--no-prompt', '--report', 'page.html']]) {
    const { code, answer } = await bench.runJson<{ warnings?: string[] }>(...copy, ...more);
    expect(code).toBe(0);
    expect(answer.warnings?.join()).toContain(warning);
  }
  expect(await readFile(bench.file('page.html'), 'utf8')).toContain(warning);
});

test('matched records that keep other values than those of the source are told, and fields that are not compared', async () => {
  const schema = await detailSchemas();
  const { bench, source } = await openBenchOfTwo({ schema }, { schema });
  source.database.load('Master__c', [{ Id: id('a0M', 1), Name: 'M1', Key__c: 'm1' }]);
  source.database.load('Detail__c', [detail(1, 1)]);
  bench.org.database.load('Master__c', [{ Id: 'a0MTg0000000001', Name: 'M1', Key__c: 'm1' }]);
  bench.org.database.load('Detail__c', [
    { Name: 'D1', Key__c: 'd1', Master__c: 'a0MTg0000000001', Once__c: 'else' },
  ]);
  const objects = ['Master__c', 'Detail__c'].map((object) => `{ object: ${object}, key: Key__c }`);
  await writeFile(bench.file('plan.yaml'), `version: 1\nobjects: [${objects.join(', ')}]\n`);
  const copy = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '--no-prompt'];
  const { code, stdout, stderr } = await bench.run(...copy, '--dry-run');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(
    "Detail__c: 1 record that the target has with other values in fields that can't be changed, which stay as they are: Once__c",
  );
  expect(stdout).toContain(
    "Detail__c: fields that can't be changed in records that the target has, and aren't compared: Master__c",
  );
  const { stdout: json } = await bench.run(...copy, '--json');
  const { result } = JSON.parse(json) as { result: CopyReport };
  expect(result.objects.map(({ keptRecords }) => keptRecords)).toEqual([null, 1]);
});
