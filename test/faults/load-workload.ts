import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDefiniteRefusal } from '../../src/lib/api/retry.js';
import { Events } from '../../src/lib/events.js';
import type { LoadEvents } from '../../src/lib/load/model/events.js';
import { LoadRefusedError } from '../../src/lib/load/model/halt.js';
import { interruptedLoads } from '../../src/lib/load/interrupted.js';
import { resumeLoad, startLoad } from '../../src/lib/load/load.js';
import { planLoad } from '../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../src/lib/load/model/request.js';
import type { RunContext } from '../../src/lib/run/context.js';
import { JobFailedError } from '../../src/lib/jobs/errors.js';
import type { FaultSpec } from '../../local-org/index.ts';
import { closedRows, failedLoadProblems, loadProblems, refusedLoadProblems } from './load-problems.ts';
import type { Workload } from './workload.ts';

const rowsPerJob = 10;
const usualParts = 5;

/**
 * An insert of so many parts, of which the org would take a row twice without a word. One row of each part fails; the
 * last part is of both input files.
 */
export function loadOf(parts: number): Workload {
  const fileRows = [parts * rowsPerJob - 5, 5];
  return {
    orgOptions: {},
    async prepare(folder) {
      let row = 0;
      for (const [index, rows] of fileRows.entries()) {
        const lines = Array.from({ length: rows }, () => lineOf(row++));
        await writeFile(join(folder, inputName(index)), `Name,ParentId,Description\n${lines.join('\n')}\n`);
      }
    },
    async start(context, folder) {
      const planned = await planLoad(requestFor(folder), context, new Events<LoadEvents>());
      return startLoad(planned, toTheEnd(), context);
    },
    resume: (run, context) => resumeLoad(run, toTheEnd(), context),
    problems: (org, folder) => loadProblems(org, folder, expectedRows(fileRows)),
    async problemsUnbegun(org) {
      const rows = await closedRows(org);
      return rows.length === 0 ? [] : [`${rows.length} rows were sent and cannot be resumed`];
    },
  };
}

export const loadWorkload = loadOf(usualParts);

/** The same, continued by the same command again, as `--if-interrupted resume` does it. */
export const loadAgainWorkload: Workload = {
  ...loadWorkload,
  start: loadAgain,
  resume: (_, context) => loadAgain(context, dirname(context.store.folder)),
};

async function loadAgain(context: RunContext, folder: string): Promise<unknown> {
  const planned = await planLoad(requestFor(folder), context, new Events<LoadEvents>());
  const { same } = await interruptedLoads(planned, context);
  const [interrupted] = same;
  if (interrupted === undefined) return startLoad(planned, toTheEnd(), context);
  await context.store.remove(planned.runId);
  const { run, sources } = interrupted;
  return resumeLoad(run, { ...toTheEnd(), sources }, context);
}

/**
 * The same, compressed at first, in an org that takes no compressed uploads, and with two rows that meet a lock twice:
 * they are in three jobs, and every other row is in one.
 */
export const retriedLoadWorkload = retriedLoadOf(3);

function retriedLoadOf(parts: number): Workload {
  const load = loadOf(parts);
  const locked = [nameOf(5), nameOf(parts * rowsPerJob - 1)];
  const lock = { kind: 'lock-rows', column: 'Name', values: locked, tries: 2 } as const;
  return {
    ...load,
    orgOptions: {
      quirks: { gzipUploads: false },
      faults: [{ endpoint: 'ingest.process', count: 'always', action: lock }],
    },
    async start(context, folder) {
      const request = { ...requestFor(folder), compress: true, retries: 2 };
      return startLoad(await planLoad(request, context, new Events<LoadEvents>()), toTheEnd(), context);
    },
    problems: (org, folder) =>
      loadProblems(org, folder, expectedRows([parts * rowsPerJob - 5, 5]), [...locked, ...locked]),
  };
}

/**
 * The same, in an org that gives up each job in its middle: the load ends with an error that says so, and all of its
 * rows in its files.
 */
export function failedLoadOf(parts: number): Workload {
  const load = loadOf(parts);
  const names = Array.from({ length: parts * rowsPerJob }, (_, row) => nameOf(row));
  return {
    ...load,
    orgOptions: { batchRows: rowsPerJob / 2, faults: [givesUp()] },
    start: (context, folder) => unlessFailed(load.start(context, folder)),
    resume: (run, context) => unlessFailed(load.resume(run, context)),
    problems: (org, folder) => failedLoadProblems(org, folder, names),
  };
}

export const failedLoadWorkload = failedLoadOf(usualParts);

/**
 * The same, in an org that refuses to create more than two jobs: the load ends with its reason, what it took is in the
 * files of results, and the rest in that of unprocessed records.
 */
export const refusedLoadWorkload = refusedLoadOf(4);

function refusedLoadOf(parts: number): Workload {
  const load = loadOf(parts);
  const names = Array.from({ length: parts * rowsPerJob }, (_, row) => nameOf(row));
  const body = '[{"errorCode":"INVALIDJOB","message":"InvalidJob : No create/update access"}]';
  const action = { kind: 'answer', status: 400, body } as const;
  return {
    ...load,
    orgOptions: { faults: [{ endpoint: 'ingest.create', nth: 3, count: 'always', action }] },
    start: (context, folder) => unlessRefused(load.start(context, folder)),
    resume: (run, context) => unlessRefused(load.resume(run, context)),
    problems: (org, folder) => refusedLoadProblems(org, folder, names),
  };
}

async function unlessRefused(load: Promise<unknown>): Promise<void> {
  await load.catch((error: unknown) => {
    if (!(error instanceof LoadRefusedError) && !isDefiniteRefusal(error)) throw error;
  });
}

function givesUp(): FaultSpec {
  const action = { kind: 'fail-job', afterBatches: 1, errorMessage: 'Timeout : too slow' } as const;
  return { endpoint: 'ingest.process', count: 'always', action };
}

async function unlessFailed(load: Promise<unknown>): Promise<void> {
  await load.catch((error: unknown) => {
    if (!(error instanceof JobFailedError)) throw error;
  });
}

function expectedRows(fileRows: readonly number[]) {
  return fileRows.flatMap((rows, file) =>
    Array.from({ length: rows }, (_, index) => {
      const row = fileRows.slice(0, file).reduce((sum, each) => sum + each, 0) + index;
      return { name: nameOf(row), fails: fails(row), file: inputName(file), row: index + 1 };
    }),
  );
}

function inputName(file: number): string {
  return `input-${file}.csv`;
}

function nameOf(row: number): string {
  return `row ${row}`;
}

function fails(row: number): boolean {
  return row % rowsPerJob === 3;
}

function lineOf(row: number): string {
  // Well-formed, so that only the org can tell that there is no such record.
  const parentId = fails(row) ? '001000000000001AAA' : '';
  return `${nameOf(row)},${parentId},"says ""${row}"",\nand more"`;
}

function requestFor(folder: string): LoadRequest {
  return {
    operation: 'insert',
    object: 'Account',
    inputs: [0, 1].map((file) => ({ name: inputName(file), path: join(folder, inputName(file)) })),
    reading: {},
    columns: {},
    limits: { maxJobBytes: 1_000_000, maxRowsPerJob: rowsPerJob, concurrency: 3 },
    resultsDir: join(folder, 'results'),
    preflight: true,
    wait: 'end',
  };
}

function toTheEnd() {
  return { wait: 'end' as const, events: new Events<LoadEvents>(), firstRetryWaitMs: 1 };
}
