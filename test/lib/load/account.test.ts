import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import { accountOf, type LoadAccount } from '../../../src/lib/load/account.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../../src/lib/load/model/request.js';
import { startLoad } from '../../../src/lib/load/load.js';
import type { LoadStatus } from '../../../src/lib/load/model/status.js';
import type { RunStore } from '../../../src/lib/run/store.js';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { startOrg, type Org } from '../../../local-org/index.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Loads 30 rows, one of which is bad, and every tenth of which meets a lock once. */
async function lockedLoad(org: Org, request: Partial<LoadRequest> = {}) {
  const folder = await tempFolder();
  const path = join(folder, 'a.csv');
  const rows = Array.from({ length: 30 }, (_, row) => `Row ${row},${row === 7 ? 'x'.repeat(300) : row}`);
  await writeFile(path, `Name,AccountNumber\n${rows.join('\n')}\n`);
  await org.faults.add({
    endpoint: 'ingest.process',
    count: 'always',
    action: { kind: 'lock-rows', everyNth: 10, tries: 1 },
  });
  const library = openLibrary(placeOf(org, folder));
  const events = new Events<LoadEvents>();
  const retrying = { ...insertRequest(path, folder), retries: 2, ...request };
  const planned = await planLoad(retrying, library, events);
  const status = await startLoad(planned, { events, firstRetryWaitMs: 1 }, library);
  await library.close();
  return { status, store: library.store };
}

async function accountOfRun({ runId }: LoadStatus, store: RunStore): Promise<LoadAccount> {
  const run = (await store.list()).find((each) => each.runId === runId);
  const account = run && (await accountOf(run, store));
  if (account === undefined) throw new Error('There is no account of the load.');
  return account;
}

test('rows that were sent again count as what became of them last, and their jobs are among the jobs', async () => {
  await using org = await startOrg();
  const { status, store } = await lockedLoad(org);
  const account = await accountOfRun(status, store);
  expect(account.status).toMatchObject({ successful: 29, failed: 1, unprocessed: 0 });
  expect(account.status.errors).toEqual([
    expect.objectContaining({
      code: 'STRING_TOO_LONG',
      count: 1,
      sample: expect.objectContaining({ file: 'a.csv', row: 8 }) as unknown,
    }),
  ]);
  expect(account.status).toEqual(status);
  expect(account.parts.map(({ part, isRetry }) => [part.rows, isRetry])).toEqual([
    [30, false],
    [3, true],
  ]);
  expect(account.parts.map(({ jobId }) => jobId)).toEqual((await org.jobs()).map(({ id }) => id));
  expect(account.retriedBy).toBeUndefined();
});

test('the job of rows that were sent again leads to the load that they are of', async () => {
  await using org = await startOrg();
  const { status, store } = await lockedLoad(org);
  const retry = await store.findByJobId((await org.jobs())[1]?.id ?? '');
  expect(retry?.runId).toBe(status.runId);
});

test('without the file of failed records the figures and errors are still those of the end', async () => {
  await using org = await startOrg();
  const { status, store } = await lockedLoad(org);
  await rm(status.files?.failed ?? '');
  const account = await accountOfRun(status, store);
  expect(account.status).toMatchObject({ successful: 29, failed: 1, unprocessed: 0 });
  expect(account.status.errors).toMatchObject([{ code: 'STRING_TOO_LONG', count: 1 }]);
});

test('what the org did not take compressed is sent again in the same run, and its abandoned jobs are told', async () => {
  await using org = await startOrg({ quirks: { gzipUploads: false } });
  const { status, store } = await lockedLoad(org, { compress: true });
  const account = await accountOfRun(status, store);
  expect(account.status).toMatchObject({ successful: 29, failed: 1, unprocessed: 0 });
  expect(account.parts).toHaveLength(2);
  expect(account.abandoned).toHaveLength(1);
  expect(await store.list()).toHaveLength(1);
});
