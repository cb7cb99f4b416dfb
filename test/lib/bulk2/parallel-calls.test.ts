import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/index.js';
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
