import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { startOrg } from '../../../local-org/index.ts';
import { ingestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { Events } from '../../../src/lib/events.js';
import { abortLoad } from '../../../src/lib/load/abort-load.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { loadStatusOf, resumeLoad, startLoad } from '../../../src/lib/load/load.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../../src/lib/load/model/request.js';
import { inParallel } from '../../../src/lib/parallel.js';
import { RunLockedError } from '../../../src/lib/run/errors.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import { isFinished, jobIdsOf } from '../../../src/lib/run/store.js';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { failureOf } from '../../support/failure-of.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { mortalStore } from '../../support/mortal-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const abort = { reason: 'It was ended by a test.', events: new Events<LoadEvents>() };

async function bench() {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const results = join(folder, 'results');
  const request = (): LoadRequest => ({
    ...insertRequest('', results),
    inputs: [{ name: 'stream', stream: Readable.from('Name\nA\nB\nC\nD\n') }],
    limits: { maxJobBytes: 1_000_000, maxRowsPerJob: 2, concurrency: 1 },
  });
  return { org, folder, library, request, results };
}

async function start(request: LoadRequest, context: RunContext) {
  const events = new Events<LoadEvents>();
  return startLoad(await planLoad(request, context, events), { events }, context);
}

test('a load that was stopped at any record, and its end too, leaves no open job and nothing to resume', async () => {
  const whole = await bench();
  const counting = mortalStore(whole.library.store);
  await start(whole.request(), { ...whole.library, store: counting });
  const cases = Array.from({ length: counting.appended - 2 }, (_, index) => index + 2);
  await inParallel(cases, 4, async (nth) => {
    const { org, folder, library, request, results } = await bench();
    const store = mortalStore(library.store, nth, nth % 2 === 0 ? 'before' : 'after');
    await failureOf(start(request(), { ...library, store }));
    const [run] = await library.store.list();
    await failureOf(abortLoad(run!, abort, { ...library, store: mortalStore(library.store, 1, 'before') }));
    const before = await org.records('Account');
    await abortLoad(run!, abort, library);
    const [ended] = await library.store.list();
    expect(isFinished(ended!.records)).toBe(true);
    // A job whose creation was never answered has no rows, and is in no journal.
    const known = jobIdsOf(ended!.records);
    const states = (await org.jobs()).flatMap(({ id, state }) => (known.includes(id) ? [state] : []));
    expect(states.filter((state) => state !== 'JobComplete' && state !== 'Aborted')).toEqual([]);
    // Nothing is sent any more, whoever tries.
    await resumeLoad(ended!, { events: new Events<LoadEvents>() }, library);
    expect(await org.records('Account')).toEqual(before);
    const left = [...(await readdir(results)), ...(await readdir(join(folder, 'state', 'runs')))];
    expect(left.filter((name) => /part$|input-/.test(name))).toEqual([]);
  });
}, 60_000);

test('a load whose results are complete gets its files, and ends as a load that has finished', async () => {
  const whole = await bench();
  const counting = mortalStore(whole.library.store);
  await start(whole.request(), { ...whole.library, store: counting });
  const { library, request, results } = await bench();
  // Behind the record of the complete results is the last one.
  const store = mortalStore(library.store, counting.appended - 1, 'after');
  await failureOf(start(request(), { ...library, store }));
  const [run] = await library.store.list();
  expect((await readdir(results)).every((name) => name.endsWith('.part'))).toBe(true);
  await abortLoad(run!, abort, library);
  const [ended] = await library.store.list();
  expect(loadStatusOf(ended!.runId, ended!.records)).toMatchObject({ successful: 4, unprocessed: 0 });
  const [jobId] = jobIdsOf(ended!.records);
  expect(await readdir(results)).toEqual([`${jobId}-success-records.csv`]);
});

test('a job that the org does not know any more is no obstacle', async () => {
  const { library, request } = await bench();
  const store = mortalStore(library.store, 3);
  await failureOf(start(request(), { ...library, store }));
  const [run] = await library.store.list();
  const created = run!.records.find((record) => record.type === 'created');
  const jobs = ingestJobs(library.api);
  await jobs.abort(created!.jobId);
  await jobs.remove(created!.jobId);
  await abortLoad(run!, abort, library);
  expect(isFinished((await library.store.list())[0]!.records)).toBe(true);
});

test('what the org says of a job is noted only where it can be: later it may say it right', async () => {
  const { org, library, request } = await bench();
  const events = new Events<LoadEvents>();
  const accepted = { events, wait: 'accepted' } as const;
  await startLoad(await planLoad(request(), library, events), accepted, library);
  const [run] = await library.store.list();
  const jobs = ingestJobs(library.api);
  for (const id of jobIdsOf(run!.records)) {
    await expect.poll(async () => (await jobs.info(id)).state, { timeout: 30_000 }).toBe('JobComplete');
  }
  const [first = ''] = jobIdsOf(run!.records);
  const body = JSON.stringify({ ...(await jobs.info(first)), numberRecordsProcessed: 9 });
  const headers = { 'content-type': 'application/json' };
  await org.faults.add({ endpoint: 'ingest.info', action: { kind: 'answer', status: 200, body, headers } });
  await abortLoad(run!, abort, library);
  const noted = (await library.store.list())[0]!.records.filter(({ type }) => type === 'ended');
  expect(noted).toHaveLength(1);
  expect(noted[0]).not.toHaveProperty('jobId', first);
});

test('a load that another process holds is left alone', async () => {
  const { org, library, request } = await bench();
  await failureOf(start(request(), { ...library, store: mortalStore(library.store, 3) }));
  const [run] = await library.store.list();
  const held = await library.store.open(run!.runId);
  const { requests } = await org.counters();
  expect(await failureOf(abortLoad(run!, abort, library))).toBeInstanceOf(RunLockedError);
  expect((await org.counters()).requests).toEqual(requests);
  await held.close();
});
