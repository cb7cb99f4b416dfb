import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import { PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { resumeLoad, startLoad, type LoadOptions } from '../../../src/lib/load/load.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../../src/lib/load/model/request.js';
import type { LoadStatus } from '../../../src/lib/load/model/status.js';
import { inParallel } from '../../../src/lib/parallel.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import { startOrg, type Org, type OrgOptions } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { closedRows } from '../../faults/load-problems.ts';
import { failureOf } from '../../support/failure-of.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { mortalStore } from '../../support/mortal-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampled } from '../../support/sampled.ts';

const rowCount = 20;
const names = Array.from({ length: rowCount }, (_, row) => `row ${row}`);
/** Meets a lock twice. */
const locked = ['row 3', 'row 14'];
const tooLong = 'row 7';

/** An org of this test's own, the library on it, and a file of 20 rows: two meet a lock twice, one is refused. */
async function bench(options: OrgOptions = {}) {
  const org = await startOrg(options);
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const action = { kind: 'lock-rows', column: 'Name', values: locked, tries: 2 } as const;
  await org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  const path = join(folder, 'a.csv');
  const lines = names.map((name) => `${name},${name === tooLong ? 'x'.repeat(300) : name}`);
  await writeFile(path, `Name,AccountNumber\n${lines.join('\n')}\n`);
  const results = join(folder, 'results');
  const request: LoadRequest = {
    ...insertRequest(path, results),
    limits: { maxJobBytes: 1_000_000, maxRowsPerJob: 10, concurrency: 2 },
    retries: 3,
  };
  return { org, folder, library, request, results };
}

function options(more: Partial<LoadOptions> = {}): LoadOptions {
  return { events: new Events<LoadEvents>(), firstRetryWaitMs: 1, ...more };
}

async function start(request: LoadRequest, context: RunContext, more?: Partial<LoadOptions>) {
  const planned = await planLoad(request, context, new Events<LoadEvents>());
  return startLoad(planned, options(more), context);
}

async function resume(context: RunContext, more?: Partial<LoadOptions>): Promise<LoadStatus> {
  const [run] = await context.store.list();
  return resumeLoad(run!, options(more), context);
}

async function rowsIn(path: string | null | undefined): Promise<Array<Record<string, string>>> {
  return path == null ? [] : parse(await readFile(path), { columns: true });
}

/** Every row is where it belongs, in the org and in the files, and nothing else is in the folder. */
async function expectRight(status: LoadStatus, org: Org, results: string): Promise<void> {
  expect(status).toMatchObject({
    processed: 20,
    successful: 19,
    failed: 1,
    unprocessed: 0,
    state: 'JobComplete',
  });
  const saved = (await org.records('Account')).map(({ Name }) => String(Name));
  expect(saved.sort()).toEqual(names.filter((name) => name !== tooLong).sort());
  const success = (await rowsIn(status.files?.success)).map((row) => row.Name);
  expect(success.sort()).toEqual(saved);
  expect(await rowsIn(status.files?.failed)).toEqual([
    expect.objectContaining({ Name: tooLong, source__File: 'a.csv', source__Row: '8' }),
  ]);
  expect(status.files?.unprocessed).toBeNull();
  expect(await readdir(results)).toHaveLength(2);
}

describe('a load that is stopped at any record of its journal', () => {
  const quirks = { gzipUploads: false };

  test('is resumed with its retries and its fallback, and no row is in a job that it need not be in', async () => {
    const whole = await bench({ quirks });
    const counting = mortalStore(whole.library.store);
    const compressed = { compress: true };
    const status = await start({ ...whole.request, ...compressed }, { ...whole.library, store: counting });
    await expectRight(status, whole.org, whole.results);
    const submitted = (await closedRows(whole.org)).sort();
    expect(submitted).toHaveLength(rowCount + 2 * locked.length);
    expect(counting.appended).toBeGreaterThan(30);

    // Every second moment of each kind; those between two records are for the crash matrix.
    const cases = Array.from({ length: counting.appended }, (_, index) => index + 1);
    await inParallel(sampled(cases, 3), 8, async (nth) => {
      const when = nth % 2 === 0 ? 'before' : 'after';
      const { org, library, request, results } = await bench({ quirks });
      const store = mortalStore(library.store, nth, when);
      await failureOf(start({ ...request, ...compressed }, { ...library, store }));
      const [run] = await library.store.list();
      const isBegun = (run?.records.length ?? 0) > 0;
      const resumed = isBegun ? await resume(library) : await start({ ...request, ...compressed }, library);
      await expectRight(resumed, org, results);
      expect((await closedRows(org)).sort(), `stopped ${when} record ${nth}`).toEqual(submitted);
    });
  }, 120_000);
});

describe('a load of compressed data', () => {
  test('is sent again as it is, in the same run, when the org has processed nothing of it', async () => {
    // It takes the bytes, and cannot read them.
    const { org, library, request, results } = await bench({ quirks: { gzipUploads: true } });
    const fail = { kind: 'fail-job', afterBatches: 0, errorMessage: 'InvalidBatch : not CSV' } as const;
    await org.faults.add({ endpoint: 'ingest.process', count: 2, action: fail });
    const status = await start({ ...request, compress: true }, library);
    await expectRight(status, org, results);
    expect(await library.store.list()).toHaveLength(1);
    expect((await org.jobs()).slice(0, 2).map(({ state }) => state)).toEqual(['Failed', 'Failed']);
    const again = await start({ ...request, compress: true, operation: 'insert' }, library);
    expect(again.plan.compress, 'the org is remembered').toBeUndefined();
  });

  test('goes on as it is where the org refused it in a process that has ended', async () => {
    const { org, library, request, results } = await bench({ quirks: { gzipUploads: false } });
    const store = mortalStore(library.store, 4);
    await failureOf(start({ ...request, compress: true }, { ...library, store }));
    await expectRight(await resume(library), org, results);
  });
});

describe('the wait of a load', () => {
  test('has one deadline, which retries and their pauses do not begin anew', async () => {
    const { library, request } = await bench();
    const wait = { timeoutMs: 3_000 };
    const startedMs = Date.now();
    const ending = start({ ...request, wait }, library, { firstRetryWaitMs: 600_000 });
    expect(await failureOf(ending)).toBeInstanceOf(PollingTimeoutError);
    expect(Date.now() - startedMs).toBeLessThan(30_000);
    expect(await resume(library)).toMatchObject({ successful: 19, failed: 1 });
  }, 60_000);

  test('ends while results trickle, and what is there is kept', async () => {
    const { org, library, request, results } = await bench();
    const hold = await org.faults.add({
      endpoint: 'ingest.results',
      action: { kind: 'hold', when: 'before' },
    });
    const ending = start({ ...request, wait: { timeoutMs: 2_000 } }, library);
    expect(await failureOf(ending)).toBeInstanceOf(PollingTimeoutError);
    await hold.remove();
    await expectRight(await resume(library), org, results);
  }, 60_000);

  test('is not one for an accepted load, whose resume collects and retries', async () => {
    const { org, library, request, results } = await bench();
    expect(await start({ ...request, wait: 'accepted' }, library)).toMatchObject({ state: 'UploadComplete' });
    await expectRight(await resume(library), org, results);
  });
});
