import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { OrgApi } from '../../../src/lib/api/port.js';
import { listJobs } from '../../../src/lib/jobs/list.js';
import { jobAnswer } from '../../support/job-answer.ts';

/** An org that has these jobs, in whatever order it likes. */
function orgWith(jobs: ReadonlyArray<{ readonly id: string; readonly createdDate: string }>): OrgApi {
  const body = JSON.stringify({ done: true, records: jobs.map(jobAnswer) });
  return {
    requestCount: 0,
    send: (_, read) => read({ status: 200, headers: {}, body: Readable.from([Buffer.from(body)]) }),
  };
}

test('jobs are listed newest first, those of one second by their ids', async () => {
  const second = '2026-01-31T08:00:00.000+0000';
  const ids = ['7500000000000ZzAAA', '7500000000000aAAAA', '75000000000009zAAA', '7500000000000ZaAAA'];
  const jobs = [
    { id: '750000000000001AAA', createdDate: '2026-01-31T08:00:01.000+0000' },
    ...ids.map((id) => ({ id, createdDate: second })),
  ];
  const listed = await listJobs(orgWith(jobs), { type: 'ingest' });
  expect(listed.map(({ id }) => id)).toEqual([
    '750000000000001AAA',
    '7500000000000aAAAA',
    '7500000000000ZzAAA',
    '7500000000000ZaAAA',
    '75000000000009zAAA',
  ]);
});
