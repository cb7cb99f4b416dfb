import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ApiError } from '../../../src/lib/api/errors.js';
import type { OrgApi } from '../../../src/lib/api/port.js';
import { BulkV2 } from '../../../src/lib/bulk2/bulk2.js';
import { UsageError } from '../../../src/lib/errors.js';
import { Events } from '../../../src/lib/events.js';
import { runExport, resumeExport } from '../../../src/lib/export/export.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { openOutput } from '../../../src/lib/export/sinks/open-output.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { planRetryOf } from '../../../src/lib/load/retry-load.js';
import { requireOwnOrg } from '../../../src/lib/run/org.js';
import type { JournalRecord, RunOrg } from '../../../src/lib/run/record.js';
import { runStore } from '../../../src/lib/run/store.js';
import { startOrg, type Org } from '../../../local-org/index.ts';
import { failureOf } from '../../support/failure-of.ts';
import { orgConnection } from '../../support/org-connection.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const first = '00D000000000001EAA';
const other = '00D000000000002EAA';
const address = 'https://one.example';

function begunIn(org: Partial<RunOrg>): JournalRecord[] {
  const plan = {} as never;
  const whole = { instanceUrl: address, apiVersion: '60.0', ...org };
  return [
    { type: 'load', version: 1, at: '', org: whole, plan },
    { type: 'created', part: 0, jobId: '750000000000001AAA' },
  ];
}

/** A context that has to ask for the org's id, unless it is given. */
function here(org: Partial<RunOrg>, answer: string | ApiError = first) {
  let requestCount = 0;
  const api: OrgApi = {
    get requestCount() {
      return requestCount;
    },
    send<T>() {
      requestCount += 1;
      if (answer instanceof ApiError) throw answer;
      return Promise.resolve({ records: [{ Id: answer }] } as T);
    },
  };
  const whole = { instanceUrl: address, apiVersion: '60.0', ...org };
  return { api, org: whole, store: runStore('nowhere') };
}

const mayNotRead = new ApiError('No', { status: 400, errorCode: 'INVALID_TYPE' });

test.each<[string, Partial<RunOrg>, ReturnType<typeof here>]>([
  ['of the same id', { orgId: first }, here({ orgId: first })],
  ['of the same id in 15 characters', { orgId: first }, here({ orgId: first.slice(0, 15) })],
  [
    'that has moved to another address',
    { orgId: first },
    here({ orgId: first, instanceUrl: 'https://new.example' }),
  ],
  ['that tells the same id when it is asked', { orgId: first }, here({})],
  ['at the same address, where nobody may ask for the id', { orgId: first }, here({}, mayNotRead)],
  [
    'at the same address, where the journal has no id',
    {},
    here({ orgId: first, instanceUrl: `${address}/` }),
  ],
])('a run goes on in an org %s', async (_, began, context) => {
  await requireOwnOrg(begunIn(began), context);
});

test.each<[string, Partial<RunOrg>, ReturnType<typeof here>]>([
  ['of another id', { orgId: first }, here({ orgId: other })],
  ['that tells another id when it is asked', { orgId: first }, here({}, other)],
  [
    'at another address, where nobody may ask for the id',
    { orgId: first },
    here({ instanceUrl: 'https://b.example' }, mayNotRead),
  ],
  [
    'at another address, where the journal has no id',
    {},
    here({ orgId: other, instanceUrl: 'https://b.example' }),
  ],
])('a run does not go on in an org %s, and both are named', async (_, began, context) => {
  const refusal = await failureOf<UsageError>(requireOwnOrg(begunIn(began), context));
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal.message).toContain(`Job 750000000000001AAA began in `);
  expect(refusal.message).toContain(began.orgId ?? address);
  expect(refusal.message).toContain(context.org.orgId ?? context.org.instanceUrl);
});

test('an org is asked for its id once, and again when that went wrong', async () => {
  const context = here({});
  await requireOwnOrg(begunIn({ orgId: first }), context);
  await requireOwnOrg(begunIn({ orgId: first }), context);
  expect(context.api.requestCount).toBe(1);
  const down = here({}, new ApiError('Down', { status: 500, errorCode: 'HTTP_500' }));
  const policy = { attempts: 1, attemptsBeforeFirstAnswer: 1, firstWaitMs: 1, longestWaitMs: 1 };
  for (const times of [1, 2]) {
    const attempt = requireOwnOrg(begunIn({ orgId: first }), { ...down, retryPolicy: policy });
    expect((await failureOf<Error>(attempt)).message).toBe('Down');
    expect(down.api.requestCount).toBe(times);
  }
});

/** Two orgs, and the library on each of them, with one folder for the state of both. */
async function twoOrgs() {
  const folder = await tempFolder();
  const open = async (orgId: string) => {
    const org = await startOrg({ orgId });
    onTestFinished(() => org.stop());
    const { url, accessToken } = org;
    const bulk = new BulkV2(orgConnection(url, { accessToken, version: '67.0' }), { stateFolder: folder });
    onTestFinished(() => bulk.close());
    return { org, bulk };
  };
  return { folder, a: await open(first), b: await open(other) };
}

const account = { object: 'Account', operation: 'insert', preflight: false } as const;

async function expectUntouched(org: Org): Promise<void> {
  expect(await org.jobs()).toEqual([]);
  expect(await org.records('Account')).toEqual([]);
}

test('a load that the library began in one org is not resumed or retried over a connection to another', async () => {
  const { folder, a, b } = await twoOrgs();
  const input = join(folder, 'a.csv');
  await writeFile(input, 'Name\nAda\n');
  const stop = new AbortController();
  const events = new Events<LoadEvents>();
  events.on('jobCreated', () => stop.abort());
  const options = { ...account, input, resultsDir: folder, events, signal: stop.signal };
  await failureOf(a.bulk.load(options));
  const [job] = await a.org.jobs();
  const refusal = await failureOf<UsageError>(b.bulk.resume(job!.id));
  expect(refusal.message).toContain(first);
  expect(refusal.message).toContain(other);

  expect(await a.bulk.resume(job!.id)).toMatchObject({ successful: 1 });
  const [run] = await b.bulk.context().store.list();
  const retry = planRetryOf(run!, { describeOf: () => Promise.resolve(undefined) }, b.bulk.context());
  expect((await failureOf<UsageError>(retry)).message).toContain(other);
  await expectUntouched(b.org);
});

test('a connection that still names the org of an earlier login is asked which org it is', async () => {
  const { folder, a, b } = await twoOrgs();
  const input = join(folder, 'a.csv');
  await writeFile(input, 'Name\nAda\n');
  await a.bulk.load({ ...account, input, resultsDir: folder, wait: 'accepted' });
  const [job] = await a.org.jobs();
  const { url, accessToken } = b.org;
  for (const claims of [
    { userInfo: { organizationId: first } },
    { getAuthInfoFields: () => ({ orgId: first, instanceUrl: a.org.url }) },
  ]) {
    const connection = { ...orgConnection(url, { accessToken, version: '67.0' }), ...claims };
    const bulk = new BulkV2(connection, { stateFolder: folder });
    onTestFinished(() => bulk.close());
    expect((await failureOf<UsageError>(bulk.resume(job!.id))).message).toContain(other);
  }
  await expectUntouched(b.org);
});

test('a job of a load can be aborted by its id, and not closed or sent other data beside the load', async () => {
  const { folder, a } = await twoOrgs();
  const input = join(folder, 'a.csv');
  await writeFile(input, 'Name\nAda\n');
  const hold = await a.org.faults.add({
    endpoint: 'ingest.upload',
    action: { kind: 'hold', when: 'before' },
  });
  const loading = a.bulk.load({ ...account, input, resultsDir: folder });
  await hold.hit();
  const [job] = await a.org.jobs();
  const handle = a.bulk.job('ingest', { id: job!.id });
  for (const meddle of [() => handle.uploadData('Name\nBob\n'), () => handle.close()]) {
    const refusal = await failureOf<UsageError>(meddle());
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal.message).toContain(job!.id);
  }
  await hold.remove();
  expect(await loading).toMatchObject({ successful: 1 });
  expect((await a.org.records('Account')).map(({ Name }) => Name)).toEqual(['Ada']);
  // Of the service: a job that has ended can't be aborted. It was asked, at least.
  expect((await failureOf<ApiError>(handle.abort())).errorCode).toBe('INVALIDJOBSTATE');
});

test('an export that the library began in one org is not resumed over a connection to another', async () => {
  const { folder, a, b } = await twoOrgs();
  const plan = {
    operation: 'query',
    soql: 'SELECT Id FROM Account',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    format: 'csv',
    typed: true,
    outputFile: join(folder, 'a.csv'),
  } as const;
  const openSink = openOutput({ stream: process.stdout, showTable: () => undefined });
  const options = { openSink, events: new Events<ExportEvents>() };
  await runExport(plan, { ...options, wait: 'accepted' }, a.bulk.context());
  const [run] = await a.bulk.context().store.list();
  const elsewhere = resumeExport(run!, { ...options, wait: 'end' }, b.bulk.context());
  expect((await failureOf<UsageError>(elsewhere)).message).toContain(other);
  await expectUntouched(b.org);
  await resumeExport(run!, { ...options, wait: 'end' }, a.bulk.context());
});
