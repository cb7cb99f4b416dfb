import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Org, OrgOptions } from '../../../local-org/index.ts';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { shellWord } from '../../../src/cli/shown.js';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { accounts, contacts, failing, id } from '../../support/copy-orgs.ts';

type Answer = { status: number; message: string; actions?: string[]; result: CopyReport };

/** The bench's org is the target; `run` copies by a plan. */
async function openOrgs(plan: string, options: OrgOptions = {}, ofTarget: OrgOptions = {}) {
  const { bench, source } = await openBenchOfTwo(ofTarget, options);
  await writeFile(bench.file('plan.yaml'), `version: 1\n${plan}`);
  const copy = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '-o', 'local'];
  return { bench, source, copy };
}

test('owners that the target does not have are counted before anything is sent', async () => {
  const { bench, source, copy } = await openOrgs(
    'owners: { match: Username }\nobjects: [{ object: Account }]',
  );
  source.database.load('User', [{ Id: id('005', 9), Username: 'ann@acme.example', LastName: 'Ann' }]);
  source.database.load(
    'Account',
    accounts(1200).map((each) => ({ ...each, OwnerId: id('005', 9) })),
  );
  const { code, stdout } = await bench.run(...copy, '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain(
    'Owners not found in the target: 1, with 1,200 records, which will belong to you.',
  );
  const { answer } = await bench.runJson<Answer>(...copy, '--dry-run');
  expect(answer.result.ownersNotFound).toEqual(['ann@acme.example']);
  expect(answer.result.objects[0]?.unmatchedLookups).toEqual({ OwnerId: 1200 });
});

test('email and phone fields of a production org that are not masked are listed before anything is sent', async () => {
  const plan =
    'objects:\n  - object: Contact\n    fields: [LastName, Email, Phone, Fax]\n    mask: { Phone: phone }\n';
  const { bench, source, copy } = await openOrgs(plan, { edition: 'Enterprise Edition' });
  source.database.load('Contact', [{ LastName: 'Byron', Phone: '+49 170 1234567' }]);
  const { stdout } = await bench.run(...copy, '--dry-run');
  expect(stdout).toContain("Contact: personal fields of a production org that aren't masked: Email, Fax");
  await writeFile(bench.file('key'), 'anything of at least sixteen bytes');
  const sent: unknown[] = [];
  for (const folder of ['one', 'two']) {
    const run = [...copy, '--no-prompt', '--results-dir', folder, '--mask-key-file', 'key'];
    const { code, answer } = await bench.runJson<Answer>(...run);
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.objects[0]?.unmaskedFields).toEqual(['Email', 'Fax']);
    sent.push((await bench.org.records('Contact')).at(-1)?.Phone);
  }
  expect(sent).toEqual([expect.stringMatching(/^\+\d\d \d{3} \d{7}$/), sent[0]]);
  expect(sent[0]).not.toBe('+49 170 1234567');
});

test('a dry run says what the copy takes, within 5 % of its requests, and what it meets in the target', async () => {
  const { bench, source, copy } = await openOrgs('objects: [{ object: Account }, { object: Contact }]', {
    queryDelayMs: 0,
  });
  source.database.load('Account', accounts(1200));
  source.database.load('Contact', contacts(2400, 1200));
  const { answer, code } = await bench.runJson<Answer>(...copy, '--dry-run');
  expect(code, JSON.stringify(answer)).toBe(0);
  const { plan } = answer.result;
  expect(plan).toMatchObject({ jobs: 2, newRecords: 3600, storageMB: 8 });
  expect(plan?.limits.DataStorageMB).toEqual({ Max: 1024, Remaining: 1024 });
  const checksOf = async (org: Org): Promise<number> => {
    const { requests } = await org.counters();
    return (requests['ingest.info'] ?? 0) + (requests['query.info'] ?? 0);
  };
  const before = (await checksOf(source)) + (await checksOf(bench.org));
  const sent = await bench.runJson<Answer>(...copy, '--no-prompt');
  // Each job is looked at once at least.
  const furtherChecks = (await checksOf(source)) + (await checksOf(bench.org)) - before - 4;
  const taken = sent.answer.result.apiRequests - furtherChecks;
  const told = (plan?.apiRequests ?? 0) - (before - 2);
  expect(Math.abs(told - taken) / taken).toBeLessThanOrEqual(0.05);
});

test('a dry run counts triggers and rules of the target, and says nothing where it may not ask', async () => {
  const tooling = {
    ApexTrigger: [
      { TableEnumOrId: 'Account', EntityDefinition: { QualifiedApiName: 'Account' } },
      { TableEnumOrId: '01I000000000001', EntityDefinition: { QualifiedApiName: 'Other__c' } },
    ],
    ValidationRule: [{ EntityDefinition: { QualifiedApiName: 'Account' } }],
  };
  const { bench, copy } = await openOrgs('objects: [{ object: Account }]', {}, { tooling });
  const { stdout } = await bench.run(...copy, '--dry-run');
  expect(stdout).toContain(
    'Account in the target: 1 active triggers and 1 validation rules, which run for each record.',
  );
  expect(stdout).not.toContain('Other__c');
  const refusal = {
    kind: 'answer',
    status: 403,
    body: '[{"errorCode":"INSUFFICIENT_ACCESS","message":"No."}]',
  } as const;
  for (const endpoint of ['tooling.query', 'rest.limits'])
    await bench.org.faults.add({ endpoint, count: 'always', action: refusal });
  const { code, answer } = await bench.runJson<Answer>(...copy, '--dry-run');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result.plan).toMatchObject({ limits: {}, automation: [] });
});

test('--stop-on-error begins no step after one with failed records, and a retry goes on', async () => {
  const { bench, source, copy } = await openOrgs('objects: [{ object: Account }, { object: Contact }]');
  source.database.load('Account', accounts(10));
  source.database.load('Contact', contacts(30, 10));
  await bench.org.faults.add(failing('Name', ['Account 4']));
  const run = [...copy, '--no-prompt', '--stop-on-error', '--results-dir', 'out'];
  const stopped = await bench.run(...run);
  expect(stopped.code).toBe(68);
  expect(stopped.stdout).toContain(
    'Stopped after a step with failed records (--stop-on-error). Not sent: 30 records.',
  );
  expect(await bench.org.records('Contact')).toHaveLength(0);
  await bench.org.faults.clear();
  const [, runId = ''] = /job retry --id (\S+)/.exec(stopped.stdout) ?? [];
  await bench.org.faults.add(failing('LastName', ['Contact 4']));
  const last = await bench.run('job', 'retry', '--id', runId);
  expect(last.code).toBe(68);
  expect(last.stdout).not.toContain('Stopped after');
  await bench.org.faults.clear();
  const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', runId);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ successfulRecords: 40, unprocessedRecords: 0, heldRecords: 0 });
  expect(await bench.org.records('Contact')).toHaveLength(30);
});

test('a second copy without a key warns, and what the warning names finds the records again', async () => {
  const { bench, source, copy } = await openOrgs('objects: [{ object: Account }]');
  source.database.load('Account', accounts(3));
  const first = await bench.run(...copy, '--no-prompt', '--results-dir', 'first copy');
  expect(first.stderr).not.toContain('copied before');
  const { stderr } = await bench.run(...copy, '--dry-run');
  const text = stderr.replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'Records of these objects were copied before, and no key finds those that were created: Account.',
  );
  const known = `--known-ids ${shellWord(bench.file('first copy'))}`;
  expect(text).toContain(`To update the records that are there instead, add: ${known}`);
  const flags = ['--no-prompt', '--results-dir', 'second', '--known-ids', bench.file('first copy')];
  const again = await bench.run(...copy, ...flags);
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('copied before')]);
  expect(await bench.org.records('Account')).toHaveLength(3);
});

test('--report writes a page however the copy ends, and job report writes it again', async () => {
  const { bench, source, copy } = await openOrgs('objects: [{ object: Account }, { object: Contact }]');
  source.database.load('Account', accounts(10));
  source.database.load('Contact', contacts(30, 10));
  await bench.org.faults.add(failing('Name', ['Account 4']));
  const run = [...copy, '--no-prompt', '--results-dir', 'out', '--report', 'out/copy.html'];
  const { code, answer } = await bench.runJson<Answer>(...run);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result.reportFilePath).toBe(bench.file('out/copy.html'));
  const page = await readFile(bench.file('out/copy.html'), 'utf8');
  expect(page).toContain('36 + 1 + 0 + 3 = 40: every record is accounted for.');
  const runId = answer.result.runId ?? '';
  const again = await bench.run('job', 'report', '--id', runId, '--output-file', 'again.html');
  expect(again.code, again.stderr).toBe(0);
  const withoutTime = (html: string): string => html.replace(/<footer>.*<\/footer>/s, '');
  expect(withoutTime(await readFile(bench.file('again.html'), 'utf8'))).toBe(withoutTime(page));
  const recent = await bench.runJson<{ result: { runId: string } }>('job', 'report', '--use-most-recent');
  expect(recent.answer.result.runId).toBe(runId);
});

test('a copy into a folder masks its records too', async () => {
  const plan =
    'objects:\n  - object: Contact\n    fields: [LastName, Phone]\n    mask: { LastName: name, Phone: phone }\n';
  const { bench, source } = await openOrgs(plan);
  source.database.load('Contact', [{ LastName: 'Schmidtberger', Phone: '+49 170 1234567' }]);
  const copy = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '--output-dir', 'sample'];
  const { code, stderr } = await bench.run(...copy);
  expect(code, stderr).toBe(0);
  const names = (await readdir(bench.file('sample'), { recursive: true })).filter((name) =>
    name.includes('Contact'),
  );
  const texts = await Promise.all(
    names.map((name) => readFile(bench.file(join('sample', name)), 'utf8').catch(() => '')),
  );
  expect(texts.join('')).toContain('LastName');
  expect(texts.join('')).toMatch(/\+\d\d \d{3} \d{7}/);
  expect(texts.join('')).not.toMatch(/Schmidtberger|170 1234567/);
});
