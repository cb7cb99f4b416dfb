import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startOrg } from '../../../../local-org/index.ts';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { failedRowsAllowed } from '../../../../src/lib/load/model/brake.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { resumeLoad, startLoad } from '../../../../src/lib/load/load.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import type { LoadStatus } from '../../../../src/lib/load/model/status.js';
import { inParallel } from '../../../../src/lib/parallel.js';
import type { RunContext } from '../../../../src/lib/run/context.js';
import { openLibrary, placeOf } from '../../../faults/library.ts';
import { closedRows } from '../../../faults/load-problems.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { insertRequest } from '../../../support/insert-request.ts';
import { mortalStore } from '../../../support/mortal-store.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { sampled } from '../../../support/sampled.ts';

test.each([
  [{ rows: 0 }, 1_000, 1],
  [{ rows: 1 }, 1_000, 1],
  [{ rows: 25 }, 10, 25],
  [{ percent: 0 }, 1_000, 1],
  [{ percent: 5 }, 1_000, 50],
  [{ percent: 1.1 }, 1_000, 11],
  [{ percent: 0.01 }, 1_000, 1],
  [{ percent: 100 }, 7, 7],
])('%j of %i rows is %i rows', (limit, rows, allowed) => {
  expect(failedRowsAllowed(limit, rows)).toBe(allowed);
});

test.each([{ rows: -1 }, { rows: 1.5 }, { percent: -1 }, { percent: 101 }, { percent: Number.NaN }])(
  '%j is no limit',
  (limit) => {
    expect(() => failedRowsAllowed(limit, 100)).toThrow(UsageError);
  },
);

/** Rows 4, 5 and 9 fail. Jobs have 2 rows, one job is finished before the next. */
const bad = [4, 5, 9];

async function bench(more: Partial<LoadRequest> = {}) {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const path = join(folder, 'a.csv');
  const lines = Array.from({ length: 20 }, (_, row) => (bad.includes(row) ? 'x'.repeat(300) : `row ${row}`));
  await writeFile(path, `Name\n${lines.join('\n')}\n`);
  const request: LoadRequest = {
    ...insertRequest(path, join(folder, 'results')),
    limits: { maxJobBytes: 1_000_000, maxRowsPerJob: 2, concurrency: 1 },
    ...more,
  };
  return { org, library, request };
}

async function start(request: LoadRequest, context: RunContext): Promise<LoadStatus> {
  const events = new Events<LoadEvents>();
  return startLoad(await planLoad(request, context, events), { events, firstRetryWaitMs: 1 }, context);
}

async function resume(context: RunContext): Promise<LoadStatus> {
  const [run] = await context.store.list();
  return resumeLoad(run!, { events: new Events<LoadEvents>(), firstRetryWaitMs: 1 }, context);
}

describe('a load with a limit of failed rows', () => {
  test.each([
    [{ rows: 1 }, 6, 2],
    [{ rows: 2 }, 6, 2],
    [{ rows: 3 }, 10, 3],
    [{ percent: 15 }, 10, 3],
    [{ rows: 4 }, 20, 3],
  ])('%j sends no further job once so many have failed', async (maxFailures, sent, failed) => {
    const { org, library, request } = await bench({ maxFailures });
    const status = await start(request, library);
    expect(status).toMatchObject({ failed, unprocessed: 20 - sent, successful: sent - failed });
    expect(status.state).toBe('JobComplete');
    expect(await closedRows(org)).toHaveLength(sent);
    expect(status.halt?.cause).toBe(sent < 20 ? 'failures' : undefined);
  });

  test('that uploads several at once waits for each before it goes on', async () => {
    const { org, library, request } = await bench({ maxFailures: { rows: 2 } });
    const limits = { ...request.limits, concurrency: 3 };
    await start({ ...request, limits }, library);
    // The third job has both of the rows; two others can be on their way when it ends.
    expect((await closedRows(org)).length).toBeLessThanOrEqual(10);
  });

  test('that is stopped at any record of its journal has it still when it is resumed', async () => {
    const limited = () => bench({ maxFailures: { rows: 2 } });
    const whole = await limited();
    const counting = mortalStore(whole.library.store);
    await start(whole.request, { ...whole.library, store: counting });
    const cases = Array.from({ length: counting.appended - 1 }, (_, index) => index + 2);
    await inParallel(sampled(cases, 3), 4, async (nth) => {
      const { org, library, request } = await limited();
      const store = mortalStore(library.store, nth, nth % 2 === 0 ? 'before' : 'after');
      await failureOf(start(request, { ...library, store }));
      expect(await resume(library), `record ${nth}`).toMatchObject({ failed: 2, unprocessed: 14 });
      expect(await closedRows(org)).toHaveLength(6);
    });
  }, 60_000);

  test('does not retry any row when it was reached', async () => {
    const { org, library, request } = await bench({ maxFailures: { rows: 2 }, retries: 3 });
    const lock = { kind: 'lock-rows', column: 'Name', values: ['row 18', 'row 19'], tries: 1 } as const;
    await org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock });
    const limits = { ...request.limits, maxRowsPerJob: 20 };
    expect(await start({ ...request, limits }, library)).toMatchObject({ failed: 5, unprocessed: 0 });
    expect(await org.jobs()).toHaveLength(1);
  });

  test('counts the rows that a job left when the org ended it as a whole', async () => {
    const { org, library, request } = await bench({ maxFailures: { rows: 2 } });
    const fail = { kind: 'fail-job', afterBatches: 0, errorMessage: 'InvalidBatch : no' } as const;
    await org.faults.add({ endpoint: 'ingest.process', action: fail });
    await failureOf(start(request, library));
    expect(await org.jobs()).toHaveLength(1);
  });

  test('may get it when it is started, and has it in its journal', async () => {
    const { library, request } = await bench();
    const events = new Events<LoadEvents>();
    const planned = await planLoad(request, library, events);
    const status = await startLoad(planned, { events, maxFailures: { percent: 5 } }, library);
    expect(status).toMatchObject({ plan: { maxFailures: 1 }, unprocessed: 14 });
  });

  test('which it can never reach in time says so when it is planned', async () => {
    const { library, request } = await bench({ maxFailures: { rows: 2 } });
    const plan = async (maxRowsPerJob: number) =>
      planLoad(
        { ...request, limits: { ...request.limits, maxRowsPerJob } },
        library,
        new Events<LoadEvents>(),
      );
    expect((await plan(20)).warnings.map(({ code }) => code)).toEqual(['NOTHING_TO_STOP']);
    expect((await plan(10)).warnings).toEqual([]);
  });
});
