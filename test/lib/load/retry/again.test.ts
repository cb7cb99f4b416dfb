import { rename, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { restApi } from '../../../../src/lib/api/rest.js';
import { describer } from '../../../../src/lib/describe/describe.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { abortLoad } from '../../../../src/lib/load/abort-load.js';
import { retryLoad } from '../../../../src/lib/load/retry-load.js';
import { failureOf } from '../../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../../support/mortal-store.ts';
import { csvOf, failedLoad, fixed } from './support.ts';

test('a retry has no more rows in a job than the load was to have, and is warned of a limit that can stop nothing', async () => {
  const limits = { maxJobBytes: 1_000_000, maxRowsPerJob: 3, concurrency: 1 };
  const { retry, org, warnings } = await failedLoad({ limits });
  const before = (await org.jobs()).length;
  await retry(undefined, { maxFailures: { rows: 1 } });
  expect((await org.jobs()).slice(before).map(({ processed }) => processed)).toEqual([3]);
  expect(warnings).toEqual([]);
  const whole = await failedLoad();
  await whole.retry(undefined, { maxFailures: { rows: 1 } });
  expect(whole.warnings.join()).toContain('one job');
});

test('a retry has no more bytes in a job than the load was to have', async () => {
  const { retry, org } = await failedLoad({
    limits: { maxJobBytes: 800, maxRowsPerJob: Number.POSITIVE_INFINITY, concurrency: 1 },
  });
  const before = (await org.jobs()).length;
  await retry();
  expect((await org.jobs()).slice(before).map(({ processed }) => processed)).toEqual([2, 2]);
});

test('a result file that was moved is taken from where it is said to be', async () => {
  const { retry, failedPath, rows, records } = await failedLoad();
  const moved = `${failedPath}.fixed.csv`;
  await rename(failedPath, moved);
  await writeFile(moved, csvOf(fixed(rows)));
  const refusal = await failureOf<UsageError>(
    retry(undefined, { moved: { failed: moved, unprocessed: moved } }),
  );
  expect(refusal.message).toContain('no unprocessed rows');
  expect(await retry(undefined, { moved: { failed: moved } })).toMatchObject({ successful: 4 });
  expect(await records()).toHaveLength(12);
});

describe('after a retry that was aborted', () => {
  /** The retry's process ends at this append to its journal, and a person aborts it. */
  async function aborted(append: number) {
    const load = await failedLoad();
    const mortal = { ...load.library, store: mortalStore(load.library.store, append) };
    await expect(load.retry(mortal)).rejects.toThrow(ProcessEnded);
    const [interrupted] = await load.library.store.list();
    const options = { reason: 'Somebody ended it.', events: new Events<LoadEvents>() };
    await abortLoad(interrupted!, options, load.library);
    return load;
  }

  test('before the org had anything to process, the load can be retried again', async () => {
    const { retry, failedPath, rows, records } = await aborted(5);
    await writeFile(failedPath, csvOf(fixed(rows)));
    expect(await retry()).toMatchObject({ successful: 4, failed: 0 });
    expect(await records()).toHaveLength(12);
  });

  test('behind that, it is said how to get at the rows, and nothing is sent', async () => {
    const { retry, org } = await aborted(7);
    const before = (await org.jobs()).length;
    const refusal = await failureOf<UsageError>(retry());
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal.message).toContain('aborted');
    expect(refusal.actions.join()).toMatch(/sf bulk2 job results --id 750[^]*insert --sobject Account/);
    expect(await org.jobs()).toHaveLength(before);
  });

  test('the aborted one has nothing to be retried from, and nobody is sent in a circle', async () => {
    const { library } = await aborted(7);
    const [run] = await library.store.list();
    const options = {
      events: new Events<LoadEvents>(),
      wait: 'end',
      describeOf: describer(restApi(library.api)),
      onPlanned: () => undefined,
    } as const;
    const refusal = await failureOf<UsageError>(retryLoad(run!, options, library));
    expect(refusal.message).toContain('without result files');
    expect(refusal.actions.join()).not.toContain('job resume');
    expect(refusal.actions.join()).toContain('sf bulk2 job results --id 750');
  });
});
