import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { Events } from '../../../src/lib/events.js';
import { collectAnew } from '../../../src/lib/load/collect-anew.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { failureOf } from '../../support/failure-of.ts';
import { oneFailed } from '../../support/one-failed.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A retry of the failed row has failed, too. Whatever comes next is saved. */
async function failedTwice() {
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 2 } as const;
  const bench = await oneFailed('Name', { action: lock });
  const { failed } = await bench.start(await bench.planRetry());
  expect(failed).toBe(1);
  return bench;
}

test('where the file of a load was loaded after a retry that saved nothing, that is not retried', async () => {
  await using bench = await failedTwice();
  const retry = await bench.planRetry({}, 'last');
  await bench.fix();
  await bench.start(await bench.planInsert(bench.failed));
  const error = await failureOf<UsageError>(bench.start(retry));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/was loaded by job/);
  // The file that the retry has left may have the very rows that were loaded.
  expect(error.actions).toEqual([
    "Copy the rows alone that it didn't have into a file of another name, and load that: sf bulk2 insert --sobject Account --file FILE",
  ]);
  expect(await bench.names()).toEqual(['Ada', 'Bobby']);
});

test('the file of a load whose rows the second retry has saved is not loaded', async () => {
  await using bench = await failedTwice();
  await bench.start(await bench.planRetry({}, 'last'));
  await bench.fix();
  const error = await failureOf(bench.planInsert(bench.failed).then(bench.start));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/were retried by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

test('a retry whose files did not have all rows is not said to have saved all of them', async () => {
  await using bench = await oneFailed('Name', {
    action: { kind: 'lock-rows', column: 'Name', values: ['Ada', 'Bob'], tries: 1 },
  });
  const lines = (await readFile(bench.failed, 'utf8')).split('\n');
  expect(lines).toHaveLength(4);
  await writeFile(bench.failed, `${[lines[0], lines[1]].join('\n')}\n`);
  await bench.start(await bench.planRetry());
  const error = await failureOf<UsageError>(bench.planRetry());
  expect(String(error)).toMatch(
    /were retried by job \w+ but for 1 that its files did not have \(row 2 of [^)]+\)/,
  );
  expect(error.actions).toEqual([
    'Copy those rows alone into a file of another name, and load that: sf bulk2 insert --sobject Account --file FILE',
  ]);
  expect(await bench.names()).toEqual(['Ada']);
});

test('the refusal of a file that has rows which its retry did not have names them, and says to load them alone', async () => {
  await using bench = await oneFailed('Name', {
    action: { kind: 'lock-rows', column: 'Name', values: ['Ada', 'Bob'], tries: 1 },
  });
  const all = await readFile(bench.failed, 'utf8');
  const lines = all.split('\n');
  await writeFile(bench.failed, `${[lines[0], lines[1]].join('\n')}\n`);
  await bench.start(await bench.planRetry());
  await writeFile(bench.failed, all.replace('Bob', 'Bobby'));
  const error = await failureOf<UsageError>(bench.planInsert(bench.failed).then(bench.start));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.actions.join()).toMatch(
    /that were not retried \(row 2 of [^)]+\), copy those alone into a file of another name, and load that:/,
  );
  expect(await bench.names()).toEqual(['Ada']);
});

test('a renamed file that job results has written of rows without places is not loaded after their retry', async () => {
  await using bench = await oneFailed();
  const [load] = await bench.library.store.list();
  await rm(bench.input);
  const resultsDir = await tempFolder();
  const keep = { success: null, failed: null, unprocessed: null };
  await collectAnew(load!, { resultsDir, keep, events: new Events<LoadEvents>() }, bench.library);
  const renamed = join(resultsDir, 'fixed.csv');
  await rename(join(resultsDir, basename(bench.failed)), renamed);
  expect(await readFile(renamed, 'utf8')).not.toBe(await readFile(bench.failed, 'utf8'));
  await bench.start(await bench.planRetry());
  const error = await failureOf(bench.planInsert(renamed).then(bench.start));
  expect(String(error)).toMatch(/fixed\.csv were retried by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

/** The same rows, loaded twice on purpose: the same one fails in the same way. */
async function twoNights() {
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 2 } as const;
  const bench = await oneFailed('Name', { action: lock });
  const { files } = await bench.start(await bench.planInsert(bench.input));
  const failed = files?.failed ?? '';
  expect(await readFile(failed, 'utf8')).toBe(await readFile(bench.failed, 'utf8'));
  return { bench, failed };
}

test('where the failed rows of one night were retried, the equal ones of the next can be loaded', async () => {
  const { bench: opened, failed } = await twoNights();
  await using bench = opened;
  await bench.start(await bench.planRetry());
  await bench.start(await bench.planInsert(failed));
  expect(await bench.names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});

test('where the failed rows of one night were loaded, the equal ones of the next can be retried', async () => {
  const { bench: opened } = await twoNights();
  await using bench = opened;
  const retry = await bench.planRetry({}, 'last');
  await bench.start(await bench.planInsert(bench.failed));
  await bench.start(retry);
  expect(await bench.names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});

test('where an earlier load has had such rows under another name, it is said how these are loaded', async () => {
  await using bench = await oneFailed();
  await bench.start(await bench.planInsert(await bench.copied('fixed.csv')));
  await bench.failAgain();
  const { files } = await bench.start(await bench.planInsert(bench.input));
  const failed = files?.failed ?? '';
  const error = await failureOf<UsageError>(bench.planRetry({}, 'last'));
  expect(String(error)).toContain('fixed.csv was loaded by job');
  expect(String(error)).not.toContain('nothing is left to retry');
  expect(error.actions).toEqual([
    `If those were rows of an earlier load, load these: sf bulk2 insert --sobject Account --file ${failed}`,
  ]);
  await bench.start(await bench.planInsert(failed));
  expect(await bench.names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});
