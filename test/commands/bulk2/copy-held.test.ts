import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBenchOfTwo } from '../../support/bulk2.ts';
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
  return { bench, copy };
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

test('a copy that has ended can be asked for its report and its status, and has nothing to abort', async () => {
  const { bench, copy } = await openHeld('objects: [{ object: Contact, key: External_Id__c }]');
  const { answer } = await bench.runJson<{ result: { runId: string } }>(...copy, '--no-prompt');
  const { runId } = answer.result;
  await bench.run('job', 'report', '--id', runId, '--output-file', 'copy.html');
  const page = await readFile(bench.file('copy.html'), 'utf8');
  expect(page).toContain('records have no value of the key External_Id__c.');
  expect(page).not.toContain('job retry');
  const status = await bench.run('job', 'status', '--id', runId);
  expect([status.code, status.stderr]).toEqual([0, '']);
  expect(status.stdout).toMatch(/1 +Contact +upsert +1 +0 +0 +2/);
  expect(status.stdout).toContain(
    `The copy ${runId} has finished: 1 successful, 0 failed, 0 unprocessed, 2 held.`,
  );
  const aborted = await bench.run('job', 'abort', '--id', runId);
  expect([aborted.code, aborted.stderr]).toEqual([0, '']);
  expect(aborted.stdout).toContain(`Run ${runId} has already finished; nothing to abort.`);
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
