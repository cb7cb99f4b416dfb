import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { jobIdsOf } from '../../../src/lib/run/store.js';
import { failureOf } from '../../support/failure-of.ts';
import { oneFailed } from '../../support/one-failed.ts';

/** A retry of the failed row has failed, too. */
async function failedTwice() {
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 2 } as const;
  const bench = await oneFailed('Name', { action: lock });
  const { files } = await bench.start(await bench.planRetry());
  return { opened: bench, newest: files?.failed ?? '' };
}

test('rows that were fixed in the file of a load whose retry has failed, too, are not ignored: that of the retry is named', async () => {
  const { opened, newest } = await failedTwice();
  await using bench = opened;
  await bench.fix();
  const error = await failureOf<UsageError>(bench.planRetry({}, 'last'));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toBe(
    `${bench.failed} was changed after its rows were retried. A retry sends those that failed again as they are in ${newest}. Nothing was sent.`,
  );
  await rm(bench.failed);
  await writeFile(newest, (await readFile(newest, 'utf8')).replace(/Bob\n$/, 'Bobby\n'));
  await bench.start(await bench.planRetry({}, 'last'));
  expect(await bench.names()).toEqual(['Ada', 'Bobby']);
});

test('a load whose retry was retried, too, names the last of its retries to go on from', async () => {
  const { opened } = await failedTwice();
  await using bench = opened;
  await bench.start(await bench.planRetry({}, 'last'));
  const [last] = await bench.library.store.list();
  const error = await failureOf<UsageError>(bench.planRetry());
  expect(error.actions.join()).toBe(
    `Go on from the last of these: sf bulk2 job retry --id ${jobIdsOf(last!.records)[0]}`,
  );
});

test('the file of a load that was fixed before its retry, or saved again as it was, stands in no way of the next', async () => {
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob', 'Bobby'], tries: 1 } as const;
  await using bench = await oneFailed('Name', { action: lock });
  await bench.fix();
  expect((await bench.start(await bench.planRetry())).failed).toBe(1);
  await writeFile(bench.failed, await readFile(bench.failed));
  await bench.start(await bench.planRetry({}, 'last'));
  expect(await bench.names()).toEqual(['Ada', 'Bobby']);
});
