import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startOrg, type FaultAction, type Org } from '../../../../local-org/index.ts';
import { ingestJobs } from '../../../../src/lib/api/ingest-jobs.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { LoadRefusedError } from '../../../../src/lib/load/model/halt.js';
import { resumeLoad, startLoad } from '../../../../src/lib/load/load.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import { loadStatusOf, type LoadStatus } from '../../../../src/lib/load/model/status.js';
import { inParallel } from '../../../../src/lib/parallel.js';
import type { RunContext } from '../../../../src/lib/run/context.js';
import { isFinished } from '../../../../src/lib/run/store.js';
import { openLibrary, placeOf } from '../../../faults/library.ts';
import { closedRows } from '../../../faults/load-problems.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { insertRequest } from '../../../support/insert-request.ts';
import { mortalStore } from '../../../support/mortal-store.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { sampled } from '../../../support/sampled.ts';

const names = Array.from({ length: 10 }, (_, row) => `row ${row}`);
const noAccess = 'InvalidJob : No create/update access for object:Account';
const refusal: FaultAction = {
  kind: 'answer',
  status: 400,
  body: JSON.stringify([{ errorCode: 'INVALIDJOB', message: noAccess }]),
};

/** An org of this test's own, the library on it, and a file of 10 rows that goes into jobs of 2. */
async function bench(more: Partial<LoadRequest> = {}) {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const path = join(folder, 'a.csv');
  await writeFile(path, `Name\n${names.join('\n')}\n`);
  const results = join(folder, 'results');
  const request: LoadRequest = {
    ...insertRequest(path, results),
    limits: { maxJobBytes: 1_000_000, maxRowsPerJob: 2, concurrency: 1 },
    ...more,
  };
  return { org, library, request, results };
}

async function start(request: LoadRequest, context: RunContext): Promise<LoadStatus> {
  const events = new Events<LoadEvents>();
  return startLoad(await planLoad(request, context, events), { events, firstRetryWaitMs: 1 }, context);
}

async function resume(context: RunContext): Promise<LoadStatus> {
  const [run] = await context.store.list();
  return resumeLoad(run!, { events: new Events<LoadEvents>(), firstRetryWaitMs: 1 }, context);
}

/** The load as its journal tells it afterwards. */
async function statusIn({ store }: RunContext): Promise<LoadStatus> {
  const [run] = await store.list();
  expect(isFinished(run!.records)).toBe(true);
  return loadStatusOf(run!.runId, run!.records)!;
}

async function namesIn(path: string | null | undefined): Promise<string[]> {
  if (path == null) return [];
  const rows: Array<Record<string, string>> = parse(await readFile(path), { columns: true });
  return rows.map(({ Name = '' }) => Name);
}

/** Every row is in one file: those of closed jobs in that of the successful ones, the others in that of the unprocessed. */
async function expectAllAccounted(status: LoadStatus, org: Org, results: string): Promise<void> {
  const saved = (await org.records('Account')).map(({ Name }) => String(Name)).sort();
  expect((await closedRows(org)).sort()).toEqual(saved);
  expect((await namesIn(status.files?.success)).sort()).toEqual(saved);
  const unsent = names.filter((name) => !saved.includes(name));
  expect((await namesIn(status.files?.unprocessed)).sort()).toEqual(unsent);
  expect(status).toMatchObject({ successful: saved.length, failed: 0, unprocessed: unsent.length });
  expect(await readdir(results)).toHaveLength(Object.values(status.files ?? {}).filter(Boolean).length);
}

describe('a load that the org refuses to take more of', () => {
  test('ends with the reason, and the rows that it has not taken are unprocessed', async () => {
    const { org, library, request, results } = await bench();
    await org.faults.add({ endpoint: 'ingest.create', nth: 3, count: 'always', action: refusal });
    const error = await failureOf(start(request, library));
    expect(error).toBeInstanceOf(LoadRefusedError);
    expect(error.message).toContain(noAccess);
    const status = await statusIn(library);
    expect(status).toMatchObject({ successful: 4, unprocessed: 6, state: 'Failed' });
    await expectAllAccounted(status, org, results);
    expect(error).toMatchObject({ data: { unprocessedFilePath: status.files?.unprocessed } });
    expect(JSON.stringify(error)).toContain(`sf bulk2 job retry --id ${status.jobIds[0]}`);
    expect((await org.counters()).requests['ingest.create'], 'it is asked once').toBe(3);
  });

  test('lets the jobs that are on their way come to their end', async () => {
    const { org, library, request, results } = await bench();
    const limits = { ...request.limits, concurrency: 3 };
    await org.faults.add({ endpoint: 'ingest.create', nth: 3, count: 'always', action: refusal });
    const hold = await org.faults.add({
      endpoint: 'ingest.upload',
      action: { kind: 'hold', when: 'before' },
    });
    const ending = failureOf(start({ ...request, limits }, library));
    await hold.hit();
    await expect.poll(async () => (await org.counters()).requests['ingest.create']).toBeGreaterThan(2);
    await hold.release();
    expect(await ending).toBeInstanceOf(LoadRefusedError);
    const status = await statusIn(library);
    expect(status.successful).toBe(4);
    await expectAllAccounted(status, org, results);
  });

  test('ends where it is refused to close a job, whose rows are then not processed', async () => {
    const { org, library, request, results } = await bench();
    await org.faults.add({ endpoint: 'ingest.close', nth: 2, count: 'always', action: refusal });
    expect(await failureOf(start(request, library))).toBeInstanceOf(LoadRefusedError);
    const status = await statusIn(library);
    expect(status).toMatchObject({ successful: 2, unprocessed: 8 });
    await expectAllAccounted(status, org, results);
  });

  test('ends where a retry is refused, whose rows are then unprocessed', async () => {
    const { org, library, request, results } = await bench({ retries: 2 });
    const lock = { kind: 'lock-rows', column: 'Name', values: ['row 3', 'row 8'], tries: 9 } as const;
    await org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock });
    await org.faults.add({ endpoint: 'ingest.create', nth: 6, count: 'always', action: refusal });
    expect(await failureOf(start(request, library))).toBeInstanceOf(LoadRefusedError);
    const status = await statusIn(library);
    expect(status).toMatchObject({ successful: 8, failed: 0, unprocessed: 2 });
    expect(await namesIn(status.files?.unprocessed)).toEqual(['row 3', 'row 8']);
    expect(await readdir(results)).toHaveLength(2);
  });

  test('tells so at once where nobody waits for it, and is collected by a resume', async () => {
    const { org, library, request, results } = await bench({ wait: 'accepted' });
    await org.faults.add({ endpoint: 'ingest.create', nth: 3, count: 'always', action: refusal });
    const error = await failureOf(start(request, library));
    expect(error).toBeInstanceOf(LoadRefusedError);
    expect(JSON.stringify(error)).toContain('sf bulk2 job resume --id');
    expect(await failureOf(resume(library))).toBeInstanceOf(LoadRefusedError);
    await expectAllAccounted(await statusIn(library), org, results);
  });

  test('does not end because somebody has aborted one of its jobs, or a server does not know one yet', async () => {
    const { org, library, request, results } = await bench();
    const hold = await org.faults.add({
      endpoint: 'ingest.upload',
      action: { kind: 'hold', when: 'before' },
    });
    const ending = failureOf(start(request, library));
    await hold.hit();
    await ingestJobs(library.api).abort((await org.jobs())[0]!.id);
    await hold.release();
    expect(await ending).not.toBeInstanceOf(LoadRefusedError);
    const unknown = {
      kind: 'answer',
      status: 404,
      body: '[{"errorCode":"NOT_FOUND","message":"No"}]',
    } as const;
    await org.faults.add({ endpoint: 'ingest.close', action: unknown });
    const status = await resume(library);
    expect(status).toMatchObject({ successful: 10, unprocessed: 0 });
    await expectAllAccounted(status, org, results);
  });

  test('ends the same when it is stopped at any record of its journal', async () => {
    const refused = async () => {
      const made = await bench();
      await made.org.faults.add({ endpoint: 'ingest.create', nth: 3, count: 'always', action: refusal });
      return made;
    };
    const whole = await refused();
    const counting = mortalStore(whole.library.store);
    await failureOf(start(whole.request, { ...whole.library, store: counting }));
    const cases = Array.from({ length: counting.appended - 1 }, (_, index) => index + 2);
    await inParallel(sampled(cases, 3), 4, async (nth) => {
      const { org, library, request, results } = await refused();
      const store = mortalStore(library.store, nth, nth % 2 === 0 ? 'before' : 'after');
      await failureOf(start(request, { ...library, store }));
      const [run] = await library.store.list();
      // Of a load that has ended nothing is done again; it says the same.
      expect(await failureOf(resume(library)), `record ${nth}`).toBeInstanceOf(LoadRefusedError);
      expect(run!.records.length).toBeGreaterThan(0);
      await expectAllAccounted(await statusIn(library), org, results);
    });
  }, 60_000);
});
