import { describe, expect, test } from 'vitest';
import type { JobState } from '../../../../src/lib/api/types.js';
import { JobGoneError } from '../../../../src/lib/jobs/errors.js';
import { partData, partUnderTest } from '../../../support/part-under-test.ts';

describe('a part that is resumed', () => {
  test.each([
    ['without data', undefined],
    ['with its data', partData],
  ])('a job that may have its data is abandoned (%s)', async (_, uploaded) => {
    const part = await partUnderTest();
    const job = part.org.ingest.add({ data: uploaded });
    await part.send({ kind: 'open', jobId: job.id });
    expect(part.states()).toEqual(['Aborted', 'UploadComplete']);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.timeline.slice(0, 4)).toEqual([
      `GET jobs/ingest/${job.id}`,
      `PATCH jobs/ingest/${job.id}`,
      'journal abandoned',
      'journal create',
    ]);
  });

  test('an uploaded job that is still Open is closed, and nothing is uploaded', async () => {
    const part = await partUnderTest();
    const job = part.org.ingest.add({ data: partData });
    expect(await part.send({ kind: 'uploaded', jobId: job.id })).toBe(job.id);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.timeline).toEqual([
      `GET jobs/ingest/${job.id}`,
      'journal close',
      `PATCH jobs/ingest/${job.id}`,
      'journal closed',
    ]);
  });

  test.each<JobState>(['UploadComplete', 'InProgress', 'JobComplete', 'Failed'])(
    'an uploaded job that somebody has closed (%s) is not uploaded twice',
    async (state) => {
      const part = await partUnderTest();
      const job = part.org.ingest.add({ data: partData, state });
      expect(await part.send({ kind: 'uploaded', jobId: job.id })).toBe(job.id);
      expect(part.org.ingest.submitted).toEqual([partData]);
      expect(part.timeline).toEqual([`GET jobs/ingest/${job.id}`, 'journal closed']);
    },
  );

  test.each([
    ['aborted', { data: partData, state: 'Aborted' as const }],
    ['forgotten by the org', undefined],
  ])('an uploaded job that was %s before it was closed gives its rows to another', async (_, left) => {
    const part = await partUnderTest();
    const jobId = left === undefined ? '750000000000999AAA' : part.org.ingest.add(left).id;
    expect(await part.send({ kind: 'uploaded', jobId })).not.toBe(jobId);
    expect(part.org.ingest.submitted).toEqual([partData]);
  });

  test.each<JobState>(['UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted'])(
    'a job whose closing was asked for and that is %s is closed',
    async (state) => {
      const part = await partUnderTest();
      const job = part.org.ingest.add({ data: partData, state });
      await part.send({ kind: 'closing', jobId: job.id });
      expect(part.timeline).toEqual([`GET jobs/ingest/${job.id}`, 'journal closed']);
    },
  );

  test('a job whose closing was asked for and that is Open is closed now', async () => {
    const part = await partUnderTest();
    const job = part.org.ingest.add({ data: partData });
    await part.send({ kind: 'closing', jobId: job.id });
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.org.ingest.all).toHaveLength(1);
  });

  test('a job whose closing was asked for and that was forgotten by the org is not sent again', async () => {
    const part = await partUnderTest();
    const jobId = '750000000000999AAA';
    await expect(part.send({ kind: 'closing', jobId })).rejects.toThrow(JobGoneError);
    expect(part.timeline).toEqual([`GET jobs/ingest/${jobId}`]);
  });

  test('a closed job costs no request', async () => {
    const part = await partUnderTest();
    expect(await part.send({ kind: 'closed', jobId: '750' })).toBe('750');
    expect(part.timeline).toEqual([]);
  });
});
