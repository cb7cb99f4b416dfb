import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { oneFailed } from '../../support/one-failed.ts';

/** A retry of the failed row has failed, too; then the row was fixed in the file of the first load. Whatever comes next is saved. */
async function failedTwice() {
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 2 } as const;
  const bench = await oneFailed('Name', { action: lock });
  const { failed } = await bench.start(await bench.planRetry());
  expect(failed).toBe(1);
  await bench.fix();
  return bench;
}

test('where the file of a load was loaded after a retry that saved nothing, that is not retried', async () => {
  await using bench = await failedTwice();
  const retry = await bench.planRetry({}, 'last');
  await bench.start(await bench.planInsert(bench.failed));
  const error = await failureOf(bench.start(retry));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/was loaded by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bobby']);
});

test('the file of a load whose rows the second retry has saved is not loaded', async () => {
  await using bench = await failedTwice();
  await bench.start(await bench.planRetry({}, 'last'));
  const error = await failureOf(bench.planInsert(bench.failed).then(bench.start));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/were retried by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});
