import { readFile, readdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Org, OrgOptions } from '../../../local-org/index.ts';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { runStore } from '../../../src/lib/run/store.js';
import { openBenchOfTwo, type Bench } from '../../support/bulk2.ts';
import { accounts, contacts, failing, linesOf, links } from '../../support/copy-orgs.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';
import { killedAt } from '../../support/killed-at.ts';

type Answer = { status: number; message: string; actions?: string[]; result: CopyReport; data: unknown };

/** The bench's org is the target. */
async function openOrgs(ofSource: OrgOptions = {}): Promise<{ readonly bench: Bench; readonly source: Org }> {
  const { bench, source } = await openBenchOfTwo({}, ofSource);
  source.database.load('Account', accounts(10));
  source.database.load('Contact', contacts(30, 10));
  return { bench, source };
}

const copy = ['copy', '-s', 'Contact', '-s', 'Account', '--source-org', 'source', '-o', 'local'];

test('a copy shows its plan, sends parents first, and tells where each record went', async () => {
  const { bench, source } = await openOrgs();
  const { code, stdout, stderr } = await bench.run(...copy, '--no-prompt', '--results-dir', 'out');
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/1\s.*Account\s.*insert\s.*10\s[^]*2\s.*Contact\s.*insert\s.*30\s/);
  expect(stdout).toContain('Copied: 40 successful, 0 failed, 0 unprocessed, 0 held.');
  expect(stderr).toContain('Step 2 of 2: Contact, sending 30 records.');
  expect(await links(bench.org, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(source, 'Contact', 'AccountId', 'Account'),
  );
  expect((await readdir(bench.file('out'))).filter((name) => name.endsWith('-ids.csv')).sort()).toEqual([
    'Account-ids.csv',
    'Contact-ids.csv',
  ]);
});

test('a dry run tells what would be sent, and sends nothing', async () => {
  const { bench } = await openOrgs();
  const { code, answer } = await bench.runJson<Answer>(...copy, '--dry-run');
  expect(code).toBe(0);
  expect(answer.result).toMatchObject({ runId: null, state: 'Planned', successfulRecords: 0 });
  expect(answer.result.objects.map(({ object, readRecords }) => [object, readRecords])).toEqual([
    ['Account', 10],
    ['Contact', 30],
  ]);
  expect(await bench.org.jobs()).toEqual([]);
  expect((await readdir(bench.folder)).filter((name) => name.startsWith('copy-'))).toEqual([]);
  const resume = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(resume.code).toBe(2);
});

test('the org that records come from has to be named, though there is a default org', async () => {
  const { bench } = await openOrgs();
  const { code, stderr } = await bench.run('copy', '-s', 'Account', '--no-prompt');
  expect(code).toBe(2);
  expect(stderr).toContain('The records come from an org, and none is named.');
});

test('without a terminal and --no-prompt nothing is read', async () => {
  const { bench, source } = await openOrgs();
  const { code, answer } = await bench.runJson<Answer>(...copy);
  expect([code, await source.jobs()]).toEqual([2, []]);
  expect(answer.actions).toContain(
    'Add --no-prompt to run without asking, or --dry-run to see what would be sent.',
  );
});

test('records that fail hold their children; a retry sends both, and nothing twice', async () => {
  const { bench, source } = await openOrgs();
  await bench.org.faults.add(failing('Name', ['Account 4']));
  const first = await bench.runJson<Answer>(...copy, '--no-prompt', '--results-dir', 'out');
  expect(first.code).toBe(68);
  expect(first.answer.result).toMatchObject({ successfulRecords: 36, failedRecords: 1, heldRecords: 3 });
  expect(await linesOf(bench.file('out/Contact-held-records.csv'))).toHaveLength(3);
  await bench.org.faults.clear();
  const runId = first.answer.result.runId ?? '';
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', runId);
  expect(retried.code, JSON.stringify(retried.answer)).toBe(0);
  expect(retried.answer.result).toMatchObject({
    successfulRecords: 40,
    failedRecords: 0,
    heldRecords: 0,
    runId,
  });
  expect(await links(bench.org, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(source, 'Contact', 'AccountId', 'Account'),
  );
  for (const command of ['results']) {
    const refused = await bench.runJson<Answer>('job', command, '--id', runId);
    expect([command, refused.code, refused.answer.actions?.[0]]).toEqual([
      command,
      2,
      `See what it has copied, and which files it has written: sf bulk2 job report --id ${runId}`,
    ]);
  }
}, 60_000);

test('a copy that was killed is resumed by job resume, and one that is not wanted is ended by job abort', async () => {
  const { bench, source } = await openOrgs();
  const command = [...copy, '--no-prompt', '--results-dir', 'out'];
  await killedAt(bench, 'ingest.upload', command, { nth: 2, pagesInJournal: 2 });
  const resumed = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
  expect(resumed.answer.result).toMatchObject({ state: 'Finished', successfulRecords: 40 });
  expect(await links(bench.org, 'Contact', 'AccountId', 'Account')).toEqual(
    await links(source, 'Contact', 'AccountId', 'Account'),
  );
  await interruptedAt(bench, 'ingest.upload', [...command.slice(0, -1), 'other']);
  const aborted = await bench.run('job', 'abort', '--use-most-recent');
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain('was aborted. Nothing of it was sent.');
  expect(await bench.org.records('Account')).toHaveLength(10);
}, 90_000);

test('a copy without a question that ends before it has sent anything is resumed', async () => {
  const { bench, source } = await openOrgs();
  const hold = await source.faults.add({
    endpoint: 'query.process',
    action: { kind: 'hold', when: 'before' },
    count: 'always',
  });
  const waited = await bench.run(...copy, '--no-prompt', '--wait', '0');
  await hold.release();
  await hold.remove();
  expect(waited.code, waited.stderr).toBe(69);
  expect(await bench.org.jobs()).toEqual([]);
  const { code, stderr } = await bench.run('job', 'resume', '--use-most-recent');
  expect(code, stderr).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(10);
  expect(await bench.org.records('Contact')).toHaveLength(30);
});

test('a copy that was aborted is neither resumed nor retried, and does not end as if all were there', async () => {
  const { bench } = await openOrgs();
  await interruptedAt(bench, 'ingest.upload', [...copy, '--no-prompt']);
  expect((await bench.run('job', 'abort', '--use-most-recent')).code).toBe(0);
  const runs = await runStore(bench.file('home/.sf/bulk2')).list();
  const runId = runs.find(({ records }) => records[0]?.type === 'copy')?.runId;
  for (const command of ['resume', 'retry']) {
    const { code, stderr } = await bench.run('job', command, '--id', String(runId));
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('was aborted');
  }
}, 60_000);

test('a field that nobody can write is refused where the plan names it', async () => {
  const { bench } = await openOrgs();
  const plan = 'version: 1\nobjects:\n  - object: Account\n    fields: [Name, CreatedDate, BillingAddress]\n';
  await writeFile(bench.file('plan.yaml'), plan);
  const orgs = ['--source-org', 'source', '-o', 'local', '--no-prompt'];
  const { code, stderr } = await bench.run('copy', '--plan', 'plan.yaml', ...orgs);
  expect(code).toBe(2);
  expect(stderr).toContain('CreatedDate is filled by the org');
  expect(stderr).toContain('BillingAddress is read by its parts');
});

test('what is wrong with a plan is told with its place, before an org is asked for records', async () => {
  const { bench, source } = await openOrgs();
  await writeFile(bench.file('plan.yaml'), 'version: 1\nobjects:\n  - object: Account\n    wher: x\n');
  const { code, answer } = await bench.runJson<Answer>(
    'copy',
    '-p',
    'plan.yaml',
    '--source-org',
    'source',
    '-o',
    'local',
  );
  expect([code, await source.jobs()]).toEqual([2, []]);
  expect(answer.message).toBe(
    'plan.yaml, line 4, column 5: "wher" isn\'t a key of an object. Did you mean "where"?',
  );
});

test('a plan that does not fit the orgs is refused with all that does not fit', async () => {
  const { bench } = await openOrgs();
  const plan = {
    version: 1,
    objects: [
      { object: 'Acount' },
      { object: 'Contact', except: ['Fx'], key: 'Source_Key__c', lookups: { OwnerId: { missing: 'hold' } } },
    ],
  };
  await writeFile(bench.file('plan.json'), JSON.stringify(plan));
  const { code, answer } = await bench.runJson<Answer>(
    'copy',
    '-p',
    'plan.json',
    '--source-org',
    'source',
    '-o',
    'local',
    '--dry-run',
  );
  expect(code).toBe(2);
  expect(answer.message).toContain(
    'The source org has no object "Acount", or your user may not see it. Did you mean "Account"?',
  );
});

test('an org is not copied into itself', async () => {
  const { bench } = await openOrgs();
  const { code, answer } = await bench.runJson<Answer>(
    'copy',
    '-s',
    'Account',
    '--source-org',
    'local',
    '-o',
    'local',
    '--dry-run',
  );
  expect([code, answer.message]).toEqual([
    2,
    'The source and the target are the same org: each record would be there twice.',
  ]);
});

test('records go into a folder, and from there into an org, without the org that they come from', async () => {
  const { bench, source } = await openOrgs();
  const plan = 'version: 1\nobjects: [{ object: Contact }, { object: Account, key: Name }]\n';
  await writeFile(bench.file('plan.yaml'), plan);
  const out = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '--output-dir', 'sample'];
  const exported = await bench.run(...out);
  expect(exported.code, exported.stderr).toBe(0);
  expect(exported.stderr).not.toContain('in the target');
  expect(exported.stdout).toContain('Exported 40 records of 2 objects into');
  expect((await readdir(bench.file('sample'))).sort()).toEqual([
    'Account.csv',
    'Contact.csv',
    'copy-plan.yaml',
  ]);
  const expected = await links(source, 'Contact', 'AccountId', 'Account');
  await source.stop();
  const load = ['copy', '--source-dir', 'sample', '-o', 'local', '--no-prompt', '--results-dir', 'out'];
  const loaded = await bench.runJson<Answer>(...load);
  expect(loaded.answer.result, loaded.answer.message).toMatchObject({ successfulRecords: 40 });
  expect(await links(bench.org, 'Contact', 'AccountId', 'Account')).toEqual(expected);
});

test('where records come from has to be said, and nothing more than that', async () => {
  const { bench } = await openOrgs();
  await writeFile(bench.file('Account.csv'), 'Name\nOne\n');
  await writeFile(bench.file('plan.yaml'), 'version: 1\nobjects: [{ object: Account, file: Account.csv }]\n');
  for (const [flags, message] of [
    [[], /Nothing says what to copy/],
    [['--plan', 'plan.yaml', '--source-org', 'source'], /no source org is needed/],
    [['--plan', 'plan.yaml', '--output-dir', 'x'], /every object of the plan is read from files/],
  ] as const) {
    const { code, stderr } = await bench.run('copy', ...flags, '-o', 'local', '--no-prompt');
    expect(code).toBe(2);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(message);
  }
  const { code, stdout } = await bench.run('copy', '--plan', 'plan.yaml', '-o', 'local', '--no-prompt');
  expect([code, stdout]).toEqual([0, expect.stringContaining('Copied: 1 successful')]);
});

test('a plan is written for a person to edit, and nothing is copied; one that is there stays', async () => {
  const { bench } = await openOrgs();
  const { code, stdout } = await bench.run(...copy, '--write-plan', 'plan.yaml');
  expect([code, stdout]).toEqual([0, expect.stringContaining('Plan written to plan.yaml')]);
  const text = await readFile(bench.file('plan.yaml'), 'utf8');
  expect(text).toMatch(/- object: Account\n[^]*- object: Contact\n/);
  expect(await bench.org.jobs()).toEqual([]);
  const again = await bench.run(...copy, '--write-plan', 'plan.yaml');
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('plan.yaml is there already')]);
});
