import { expect, test } from 'vitest';
import { UsageError, type BulkV2, type IngestJobV2 } from '../../../src/lib/index.js';
import { openBulk } from './open-bulk.ts';

test('close() while data is uploaded is refused, and the job takes the data', async () => {
  const { org, bulk } = await openBulk();
  const job = bulk.createJob({ object: 'Account', operation: 'insert' });
  await job.open();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<undefined>();
  async function* slow(): AsyncGenerator<object> {
    yield { Name: 'A' };
    await mayEnd;
  }
  const uploaded = job.uploadData(slow());
  await expect(job.close()).rejects.toBeInstanceOf(UsageError);
  expect(await org.job(job.id)).toMatchObject({ state: 'Open' });
  end(undefined);
  await uploaded;
  await job.close();
  await job.poll();
  expect(await job.getSuccessfulResults()).toHaveLength(1);
});

test('a second close() while the first one is under way is refused', async () => {
  const { bulk } = await openBulk();
  const job = bulk.createJob({ object: 'Account', operation: 'insert' });
  await job.open();
  await job.uploadData('Name\nA\n');
  const first = job.close();
  await expect(job.close()).rejects.toBeInstanceOf(UsageError);
  await expect(first).resolves.toMatchObject({ id: job.id });
});

/** Names of what a job tells, in order, without the looks at it. */
function endingsOf(job: IngestJobV2): string[] {
  const told: string[] = [];
  for (const name of ['jobComplete', 'failed', 'aborted', 'error'] as const)
    job.on(name, () => told.push(name));
  return told;
}

async function polledJob(bulk: BulkV2): Promise<IngestJobV2> {
  const job = bulk.createJob({ object: 'Account', operation: 'insert' });
  await job.open();
  await job.uploadData('Name\nA\n');
  await job.close();
  return job;
}

test('polls beside each other tell once that the job is complete', async () => {
  const { bulk } = await openBulk();
  const job = await polledJob(bulk);
  const told = endingsOf(job);
  await Promise.all([job.poll(5), job.poll(7), job.poll(50)]);
  expect(told).toEqual(['jobComplete']);
  await job.poll(5);
  expect(told).toEqual(['jobComplete', 'jobComplete']);
});

test('polls beside each other tell once that the job has failed, with the error that each rejects with', async () => {
  const { org, bulk } = await openBulk();
  await org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'fail-job', afterBatches: 0, errorMessage: 'InternalServerError : oops' },
  });
  const job = await polledJob(bulk);
  const told = endingsOf(job);
  const failures: Error[] = [];
  job.on('failed', (failure) => failures.push(failure));
  const polls = await Promise.allSettled([job.poll(5), job.poll(7), job.poll(50)]);
  expect(told).toEqual(['failed', 'error']);
  for (const poll of polls) expect(poll).toEqual({ status: 'rejected', reason: failures[0] });
});

test('polls beside each other tell once that the job was aborted', async () => {
  const { org, bulk } = await openBulk();
  const held = await org.faults.add({ endpoint: 'ingest.process', action: { kind: 'hold', when: 'before' } });
  const job = await polledJob(bulk);
  const told = endingsOf(job);
  const polls = [job.poll(5), job.poll(7), job.poll(50)].map((poll) =>
    expect(poll).rejects.toThrow('aborted'),
  );
  await held.hit();
  await job.abort();
  await held.release();
  await Promise.all(polls);
  expect(told).toEqual(['aborted', 'error']);
});
