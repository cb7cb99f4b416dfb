import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ingestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { withRetry } from '../../../src/lib/api/retry.js';
import { foreignFailures } from '../../../src/lib/load/foreign-job.js';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { startOrg, type Org } from '../../../local-org/index.ts';
import { foreignIngestJob } from '../../support/foreign-job.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function failuresOf(org: Org, jobId: string) {
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  try {
    const api = withRetry(library.api);
    const info = await ingestJobs(api).info(jobId);
    const before = library.api.requestCount;
    const failures = await foreignFailures(api, info, { spoolPrefix: join(folder, 'results-') });
    return { ...failures, requests: library.api.requestCount - before, left: await readdir(folder) };
  } finally {
    await library.close();
  }
}

test('failed rows are grouped with a real row of each group, and nothing of the results is left behind', async () => {
  await using org = await startOrg();
  const bad = 'x'.repeat(300);
  const jobId = await foreignIngestJob(org, `Name,AccountNumber\nAda,1\nBob,${bad}\nCy,${bad}\n`);
  const { failed, unprocessed, errors, left } = await failuresOf(org, jobId);
  expect(left).toEqual([]);
  expect({ failed, unprocessed }).toEqual({ failed: 2, unprocessed: 0 });
  expect(errors).toEqual([expect.objectContaining({ code: 'STRING_TOO_LONG', count: 2 })]);
  expect(errors[0]?.sample.values).toMatchObject({ Name: expect.stringMatching(/Bob|Cy/) as string });
});

test('of a job that failed as a whole the rows are counted that it never came to', async () => {
  await using org = await startOrg();
  const jobId = await foreignIngestJob(org, 'Nmae\nAda\nBob\n');
  expect(await failuresOf(org, jobId)).toMatchObject({ failed: 0, unprocessed: 2, errors: [] });
});

test('of a job without failures no results are asked for', async () => {
  await using org = await startOrg();
  const jobId = await foreignIngestJob(org, 'Name\nAda\n');
  expect(await failuresOf(org, jobId)).toMatchObject({ failed: 0, unprocessed: 0, requests: 0 });
});
