import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { ingestJobs, type IngestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { readText } from '../../../src/lib/api/port.js';
import { jobAnswer } from '../../support/job-answer.ts';
import { recordingApi } from '../../support/recording-api.ts';
import { json } from '../../support/reply.ts';

const job = { object: 'Account', operation: 'insert' } as const;
const id = '750000000000001AAA';
const noData = () => ({ [Symbol.asyncIterator]: () => [][Symbol.iterator]() as never });

test.each<[string, (jobs: IngestJobs) => Promise<unknown>, object]>([
  [
    'creating may be repeated: an orphan stays Open',
    (jobs) => jobs.create(job),
    { method: 'POST', path: 'jobs/ingest', body: JSON.stringify(job), repeatable: true },
  ],
  [
    'uploading may not',
    (jobs) => jobs.upload(id, noData),
    { method: 'PUT', path: `jobs/ingest/${id}/batches`, repeatable: false },
  ],
  [
    'closing may not',
    (jobs) => jobs.close(id),
    { method: 'PATCH', path: `jobs/ingest/${id}`, body: '{"state":"UploadComplete"}', repeatable: false },
  ],
  [
    'aborting may not',
    (jobs) => jobs.abort(id),
    { method: 'PATCH', path: `jobs/ingest/${id}`, body: '{"state":"Aborted"}', repeatable: false },
  ],
  ['asking may', (jobs) => jobs.info(id), { method: 'GET', path: `jobs/ingest/${id}`, repeatable: true }],
  [
    'deleting may',
    (jobs) => jobs.remove(id),
    { method: 'DELETE', path: `jobs/ingest/${id}`, repeatable: true },
  ],
  ['listing may', (jobs) => jobs.list(), { method: 'GET', path: 'jobs/ingest', repeatable: true }],
  [
    'the next page of a list is where the org says',
    (jobs) => jobs.list('/services/data/v60.0/jobs/ingest?queryLocator=x'),
    { path: '/services/data/v60.0/jobs/ingest?queryLocator=x' },
  ],
  [
    'downloading results may, and asks for CSV',
    (jobs) => jobs.results(id, 'failedResults', readText),
    { path: `jobs/ingest/${id}/failedResults`, repeatable: true, headers: { accept: 'text/csv' } },
  ],
])('%s', async (_, call, request) => {
  const api = recordingApi(json(201, jobAnswer({ id, done: true, records: [] })));
  const { signal } = new AbortController();
  await call(ingestJobs(api, signal));
  expect(api.requests).toMatchObject([{ ...request, signal }]);
});

test('an upload says that it is CSV in UTF-8, and takes other headers too', async () => {
  const api = recordingApi({ status: 201 });
  await ingestJobs(api).upload(id, noData, { 'content-encoding': 'gzip' });
  expect(api.requests[0]?.headers).toEqual({
    'content-type': 'text/csv; charset=UTF-8',
    'content-encoding': 'gzip',
  });
});

test('a page that answers an upload in the place of the org is not taken for its receipt', async () => {
  const api = recordingApi({ status: 200, body: '<html>login</html>' });
  const uploading = ingestJobs(api).upload(id, noData);
  await expect(uploading).rejects.toMatchObject({ name: 'OrgUnreachableError', mayHaveActed: true });
});

test.each(['../../x', '750000000000001AA', '750000000000001/..', '750000000000001AAA\n', ''])(
  'the id %j leads nowhere',
  async (badId) => {
    const api = recordingApi();
    const jobs = ingestJobs(api);
    for (const call of [jobs.info, jobs.close, jobs.abort, jobs.remove])
      await expect(async () => call(badId)).rejects.toBeInstanceOf(UsageError);
    await expect(async () => jobs.upload(badId, noData)).rejects.toBeInstanceOf(UsageError);
    await expect(async () => jobs.results(badId, 'failedResults', readText)).rejects.toThrow(
      `${JSON.stringify(badId)} isn't an id`,
    );
    expect(api.requests).toEqual([]);
  },
);
