import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { accounts, contacts } from '../../support/copy-orgs.ts';

/** An account, its two contacts, and another contact; one of the three has the key. */
async function openHeld(plan: string) {
  const { bench, source } = await openBenchOfTwo();
  await writeFile(bench.file('plan.yaml'), `version: 1\n${plan}`);
  source.database.load('Account', accounts(2));
  source.database.load(
    'Contact',
    contacts(3, 2).map((each, index) => ({ ...each, External_Id__c: index === 0 ? 'K1' : null })),
  );
  const copy = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '-o', 'local'];
  return { bench, copy, source };
}

test('a copy says why records are held, where they are listed, and no retry that would hold them again', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Contact, key: External_Id__c }]');
  const dryRun = await bench.run(...copy, '--dry-run');
  expect(dryRun.stdout).toContain('Contact: 2 records will be held: NO_KEY (External_Id__c).');
  const { code, stdout } = await bench.run(...copy, '--no-prompt', '--results-dir', 'out');
  expect(code).toBe(68);
  expect(stdout).toMatch(/Contact +2 +NO_KEY +External_Id__c/);
  expect(stdout).toContain(`Held records, and why: ${bench.file('out/Contact-held-records.csv')}`);
  expect(stdout).toContain('Contact: records have no value of the key External_Id__c. Fill it in the source');
  expect(stdout).toContain(`--known-ids ${bench.file('out')}`);
  expect(stdout).not.toContain('job retry');
});

test('a parent that is not copied is held with an advice that the plan takes', async () => {
  const advice = async (plan: string) => {
    const { bench, copy } = await openHeld(`objects: [{ object: Account, where: "Name = 'x'" }, ${plan}]`);
    const { stdout } = await bench.run(...copy, '--no-prompt');
    return /^Contact: parents by AccountId aren't copied.*$/m.exec(stdout)?.[0];
  };
  expect(await advice('{ object: Contact, lookups: { AccountId: { missing: hold } } }')).toContain(
    'Add them to the plan, or send the records without them ("missing: clear").',
  );
  expect(
    await advice('{ object: Contact, key: [AccountId, LastName] }').then((text) => text?.split(' To ')[0]),
  ).toMatch(/aren't copied, and the lookup must have a value\. Add them to the plan\.(?!.*missing)/);
});

test('a record that two parents hold is said to be held by both, with what to do about each', async () => {
  const none = (object: string) => `{ object: ${object}, where: "Name = 'x'" }`;
  const lookups = '{ AccountId: { missing: hold }, ContactId: { missing: hold } }';
  const { bench, copy, source } = await openHeld(
    `objects: [${none('Account')}, ${none('Contact')}, { object: Case, lookups: ${lookups} }]`,
  );
  const [account] = await source.records('Account');
  const [contact] = await source.records('Contact');
  const both = { AccountId: account?.Id, ContactId: contact?.Id } as Record<string, string>;
  source.database.load('Case', [
    { Subject: 'both', ...both },
    { Subject: 'one', AccountId: both.AccountId! },
  ]);
  const dryRun = await bench.run(...copy, '--dry-run');
  expect(dryRun.stdout).toContain('Case: 1 record will be held: PARENT_NOT_COPIED (ContactId, AccountId).');
  const { stdout } = await bench.run(...copy, '--no-prompt', '--results-dir', 'out');
  expect(stdout).toMatch(/Case +1 +PARENT_NOT_COPIED +ContactId, AccountId\n/);
  expect(stdout).toMatch(/Case +1 +PARENT_NOT_COPIED +AccountId\n/);
  expect(stdout.match(/^Case: parents by \w+ aren't copied/gm)).toEqual([
    "Case: parents by AccountId aren't copied",
    "Case: parents by ContactId aren't copied",
  ]);
  const held = await readFile(bench.file('out/Case-held-records.csv'), 'utf8');
  expect(held).toContain(`,PARENT_NOT_COPIED,ContactId AccountId,${both.ContactId} ${both.AccountId}\n`);
});

test('a copy that has ended can be asked for its report and its status, and has nothing to abort', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Contact, key: External_Id__c }]');
  const { answer } = await bench.runJson<{ result: { runId: string } }>(...copy, '--no-prompt');
  const { runId } = answer.result;
  await bench.run('job', 'report', '--id', runId, '--output-file', 'copy.html');
  const page = await readFile(bench.file('copy.html'), 'utf8');
  expect(page).toContain('records have no value of the key External_Id__c.');
  const [from, to] = ['From', 'To'].map(
    (name) => new RegExp(`<dt>${name}</dt>\\s*<dd>(\\w+)<br`).exec(page)?.[1],
  );
  expect([from, to]).toEqual(['source', 'local']);
  expect(page).not.toContain('job retry');
  const status = await bench.run('job', 'status', '--id', runId);
  expect([status.code, status.stderr]).toEqual([0, '']);
  expect(status.stdout).toMatch(/1 +Contact +upsert +1 +0 +0 +2/);
  expect(status.stdout).toContain(
    `The copy ${runId} has finished: 1 successful, 0 failed, 0 unprocessed, 2 held.`,
  );
  const aborted = await bench.run('job', 'abort', '--id', runId);
  expect([aborted.code, aborted.stderr]).toEqual([0, '']);
  expect(aborted.stdout).toContain(`${runId} has already finished; nothing to abort.`);
});

test('the plan has the row of an object of which nothing belongs to the copy', async () => {
  const plan = "objects: [{ object: Account, where: Name = 'None' }, { object: Contact, within: AccountId }]";
  const { bench, copy } = await openHeld(plan);
  const { code, stdout } = await bench.run(...copy, '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Contact +3 +0 +3 *$/m);
});

test('a dry run counts jobs, records and storage as they are', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Account }]');
  const { stdout } = await bench.run(...copy, '--dry-run');
  expect(stdout).toMatch(/requests in all, with 1 job, and/);
  expect(stdout).toContain('New records: 2, with about 4 KB of data storage.');
});

test('the help names no default for the source org', async () => {
  const { bench } = await openHeld('objects: [{ object: Account }]');
  await mkdir(join(bench.folder, 'home/.sf'), { recursive: true });
  await writeFile(join(bench.folder, 'home/.sf/config.json'), JSON.stringify({ 'target-org': 'local' }));
  const { stdout } = await bench.run('copy', '--help');
  expect(stdout).toMatch(/--target-org=<value> +\[default: /);
  expect(stdout).toMatch(/--source-org=<value> +Username/);
});

test('the JSON of a copy says why records are held, before and after it; a retry of it writes a report', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Contact, key: External_Id__c }]');
  const reasons = [{ object: 'Contact', reason: 'NO_KEY', field: 'External_Id__c', records: 2 }];
  const dryRun = await bench.runJson<{ result: CopyReport }>(...copy, '--dry-run');
  expect(dryRun.answer.result.heldReasons).toEqual(reasons);
  const { answer } = await bench.runJson<{ result: CopyReport }>(...copy, '--no-prompt');
  expect(answer.result.heldReasons).toEqual(reasons);
  const id = ['--id', answer.result.runId ?? ''];
  const status = await bench.runJson<{ result: CopyReport }>('job', 'status', ...id);
  expect(status.answer.result.heldReasons).toEqual(reasons);
  for (const command of ['retry', 'resume']) {
    const page = `${command}.html`;
    const again = await bench.runJson<{ result: CopyReport }>('job', command, ...id, '--report', page);
    expect(again.code, again.stderr).toBe(68);
    expect(again.answer.result.reportFilePath).toBe(bench.file(page));
    expect(await readFile(bench.file(page), 'utf8')).toContain('have no value of the key External_Id__c');
  }
});

test('a text that would clear its field is held with its reason, until the plan replaces it', async () => {
  const { bench, copy, source } = await openHeld('objects: [{ object: Account }]');
  source.database.load('Account', [{ Id: '001Sr0000000077', Name: 'Marked', Site: '#N/A', Fax: 'n/a' }]);
  const { code, answer } = await bench.runJson<{ result: CopyReport }>(...copy, '--no-prompt');
  expect(code).toBe(68);
  const reason = { object: 'Account', reason: 'VALUE_IS_NULL_MARK', field: 'Site', records: 1 };
  expect(answer.result).toMatchObject({ successfulRecords: 2, heldRecords: 1, heldReasons: [reason] });
  await writeFile(
    bench.file('plan.yaml'),
    "version: 1\nobjects: [{ object: Account, where: Fax = 'n/a', values: { Site: { '#N/A': none } } }]\n",
  );
  expect((await bench.run(...copy, '--no-prompt', '--results-dir', 'replaced')).code).toBe(0);
  const copied = (await bench.org.records('Account')).filter(({ Name }) => Name === 'Marked');
  expect(copied).toMatchObject([{ Site: 'none' }]);
});

test('--progress ndjson tells the exports, the steps with their counts, and the jobs of a copy', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Account }, { object: Contact }]');
  const { code, stderr } = await bench.run(...copy, '--no-prompt', '--progress', 'ndjson');
  expect(code, stderr).toBe(0);
  const facts = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const about = (event: string) => facts.filter((fact) => fact.event === event);
  expect(about('copy')).toMatchObject([{ runId: expect.stringMatching(/^\d{8}T/) as string }]);
  expect(about('export')).toHaveLength(4);
  expect(about('step')).toMatchObject([
    { step: 1, steps: 2, object: 'Account', kind: 'load', state: 'begun', records: 2 },
    { step: 1, object: 'Account', state: 'done', records: 2, successful: 2, failed: 0, held: 0 },
    { step: 2, object: 'Contact', state: 'begun', records: 3 },
    { step: 2, object: 'Contact', state: 'done', successful: 3 },
  ]);
  expect(about('job').map(({ state }) => state)).toContain('JobComplete');
});

test('a plan that cannot be written where it was wanted, and a folder for records, are told with their flags', async () => {
  const { bench } = await openHeld('objects: [{ object: Account }]');
  await writeFile(bench.file('file'), '');
  const from = ['copy', '-s', 'Account', '--source-org', 'source'];
  const plan = await bench.run(...from, '-o', 'local', '--write-plan', 'file/plan.yaml');
  expect(plan.code).toBe(2);
  expect(plan.stderr).toMatch(/Can't write the plan to file\/plan\.yaml: a part of the path is a file\./);
  const folder = await bench.run(...from, '--output-dir', 'file/records');
  expect(folder.code).toBe(2);
  expect(folder.stderr).toContain('Name a folder that you can write to with --output-dir.');
});

test('steps have the numbers of the plan in the results, too, where a step only holds records', async () => {
  const { bench, source } = await openBenchOfTwo();
  const ids = ['001Sr0000000001', '001Sr0000000002', '001Sr0000000003'];
  const [one = '', two = '', three = ''] = ids;
  source.database.load('Account', [
    { Id: one, Name: 'One', ParentId: two },
    { Id: two, Name: 'Two', ParentId: one },
    { Id: three, Name: 'Three' },
  ]);
  bench.org.database.load('Account', [{ Name: 'Three' }]);
  await writeFile(
    bench.file('plan.yaml'),
    'version: 1\nobjects: [{ object: Account, fields: [Name, ParentId], key: [ParentId, Name] }]\n',
  );
  const { stdout, code } = await bench.run(
    ...['copy', '--plan', 'plan.yaml', '--source-org', 'source', '-o', 'local', '--no-prompt'],
  );
  expect(code).toBe(68);
  const rows = stdout.split('\n').filter((line) => / (insert|update) /.test(line));
  expect(rows.map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
    ['1', 'Account, updates', 'update'],
    ['', 'Account', 'insert'],
    ['1', 'Account, updates', 'update'],
  ]);
});

test('a file of held records has no rows to insert: it is refused before anything is sent', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Contact, key: External_Id__c }]');
  await bench.run(...copy, '--no-prompt', '--results-dir', 'out');
  const insert = ['insert', '--file', 'out/Contact-held-records.csv', '--sobject', 'Contact', '-o', 'local'];
  for (const more of [[], ['--ignore-unknown-columns']]) {
    const { code, stderr } = await bench.run(...insert, ...more);
    expect(code, stderr).toBe(2);
  }
  expect(await bench.org.records('Contact')).toHaveLength(1);
});
