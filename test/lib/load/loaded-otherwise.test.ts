import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { Events } from '../../../src/lib/events.js';
import { startLoad } from '../../../src/lib/load/load.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import type { LoadRequest } from '../../../src/lib/load/model/request.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import type { RunStore } from '../../../src/lib/run/store.js';
import { failureOf } from '../../support/failure-of.ts';
import { oneFailed, type OneFailed } from '../../support/one-failed.ts';

const options = { wait: 'end', events: new Events<LoadEvents>() } as const;

/** `ID-failed-records (1).csv` */
function secondOf(path: string): string {
  return basename(path).replace('.csv', ' (1).csv');
}

const byId: Partial<LoadRequest> = { operation: 'upsert', externalId: 'Id' };

test.each<[string, (bench: OneFailed) => Promise<string>, Partial<LoadRequest>]>([
  ['from where it is', ({ failed }) => Promise.resolve(failed), {}],
  ['from another folder', ({ copied }) => copied(), {}],
  ['as a browser calls a second download', ({ failed, copied }) => copied(secondOf(failed)), {}],
  ['by an upsert by Id, which creates what has none', ({ failed }) => Promise.resolve(failed), byId],
])('rows are in the org once when their file is retried, and loaded %s', async (_, file, more) => {
  await using bench = await oneFailed();
  await bench.start(await bench.planRetry());
  const error = await failureOf(bench.start(await bench.planInsert(await file(bench), more)));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/The rows of .* were retried by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

test.each<[string, (bench: OneFailed) => Promise<string>, Partial<LoadRequest>]>([
  ['from another folder', ({ copied }) => copied(), {}],
  ['under another name, unchanged', ({ copied }) => copied('fixed.csv'), {}],
  ['by an upsert by Id', ({ failed }) => Promise.resolve(failed), byId],
])('rows are in the org once when their file is loaded %s, and retried', async (_, file, more) => {
  await using bench = await oneFailed();
  await bench.start(await bench.planInsert(await file(bench), more));
  const error = await failureOf(bench.planRetry().then(bench.start));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/was loaded by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

test('the file that a retry was given is not loaded again', async () => {
  await using bench = await oneFailed();
  const fixed = await bench.copied('fixed.csv');
  await bench.start(await bench.planRetry({ failed: fixed }));
  const error = await failureOf(bench.start(await bench.planInsert(fixed)));
  expect(String(error)).toMatch(/The rows of .*fixed\.csv were retried by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

test('a name that a retry was given serves for other rows', async () => {
  await using bench = await oneFailed();
  const fixed = await bench.copied('fixed.csv');
  await bench.start(await bench.planRetry({ failed: fixed }));
  await writeFile(fixed, 'Name\nCy\n');
  await bench.start(await bench.planInsert(fixed));
  expect(await bench.names()).toEqual(['Ada', 'Bob', 'Cy']);
});

test('a retry that was planned before an insert of its rows began does not begin', async () => {
  await using bench = await oneFailed();
  const retry = await bench.planRetry();
  await bench.start(await bench.planInsert(bench.failed));
  const runs = await bench.runs();
  const error = await failureOf(bench.start(retry));
  expect(String(error)).toMatch(/was loaded by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
  expect(await bench.runs()).toBe(runs);
});

test('an insert that was planned before a retry of its rows began does not begin', async () => {
  await using bench = await oneFailed();
  const insert = await bench.planInsert(bench.failed);
  await bench.start(await bench.planRetry());
  const error = await failureOf(bench.start(insert));
  expect(String(error)).toMatch(/were retried by job/);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

test('a file that was loaded into another object stands in no way', async () => {
  await using bench = await oneFailed();
  await bench.start(await bench.planInsert(bench.failed, { object: 'Product2' }));
  await bench.start(await bench.planRetry());
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});

test('a copy of what the load has written is known after the file was fixed, whichever goes first', async () => {
  for (const isRetriedFirst of [true, false]) {
    await using bench = await oneFailed();
    const copy = await bench.copied('before.csv');
    await bench.fix();
    const retry = () => bench.planRetry().then(bench.start);
    const insert = () => bench.planInsert(copy).then(bench.start);
    await (isRetriedFirst ? retry() : insert());
    expect(await failureOf(isRetriedFirst ? insert() : retry())).toBeInstanceOf(UsageError);
    expect(await bench.names()).toHaveLength(2);
  }
});

test('where a copy of the failed rows was loaded, the file that it is of is not called that of other rows', async () => {
  await using bench = await oneFailed();
  await bench.start(await bench.planInsert(await bench.copied('fixed.csv')));
  const error = await failureOf<UsageError>(bench.planRetry());
  expect(String(error)).toContain('fixed.csv was loaded by job');
  expect(error.actions).toEqual([]);
  expect(String(error)).toContain('All of them were saved: nothing is left to retry.');
});

test('where the file had some of the rows when it was loaded, it is said how the others are', async () => {
  await using bench = await oneFailed();
  await bench.fix();
  await bench.start(await bench.planInsert(bench.failed));
  await bench.fix('Roberta');
  const error = await failureOf<UsageError>(bench.planRetry());
  expect(error.actions).toEqual([
    "Copy the rows alone that it didn't have into a file of another name, and load that: sf bulk2 insert --sobject Account --file FILE",
  ]);
});

test('a retry warns of a changed copy that was loaded under another name, and of no other file', async () => {
  await using bench = await oneFailed();
  await bench.start(await bench.planInsert(bench.input));
  expect((await bench.planRetry()).warnings).toEqual([]);
  const copy = await bench.copied('mine.csv');
  await writeFile(copy, (await readFile(copy, 'utf8')).replace(/Bob\n$/, 'Bobby\n'));
  await bench.start(await bench.planInsert(copy));
  const { warnings } = await bench.planRetry();
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^Job \w+ has loaded mine\.csv with the errors of failed rows, and it isn't known of which load/,
    ),
  ]);
});

test('an upsert of the file by a key comes before a retry that inserts, or after it: before it is refused', async () => {
  await using bench = await oneFailed('Name,External_Id__c');
  const byKey = { operation: 'upsert', externalId: 'External_Id__c' } as const;
  await bench.start(await bench.planInsert(bench.failed, byKey));
  expect(String(await failureOf(bench.planRetry()))).toMatch(/was loaded by job/);
  await using other = await oneFailed('Name,External_Id__c');
  await other.start(await other.planRetry());
  await other.start(await other.planInsert(other.failed, byKey));
  expect(await other.names()).toEqual(['Ada', 'Bob']);
});

test('an input of which all rows were retried can be loaded again: it is no result file', async () => {
  await using bench = await oneFailed('Name', {
    count: 1,
    action: { kind: 'fail-job', afterBatches: 0, errorMessage: 'no' },
  });
  expect(await readFile(bench.unprocessed, 'utf8')).toBe(await readFile(bench.input, 'utf8'));
  await bench.start(await bench.planRetry());
  await bench.start(await bench.planInsert(bench.input));
  expect(await bench.names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
  expect(String(await failureOf(bench.planInsert(bench.unprocessed).then(bench.start)))).toMatch(
    /were retried/,
  );
});

/** The same, but that nobody looks for other loads before as many have come to where they begin, or ask for their turn to. */
function together({ store, ...context }: RunContext, wanted: number): RunContext {
  let count = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const arrive = (): void => {
    count += 1;
    if (count === wanted) resolve(undefined);
  };
  const gated: RunStore = {
    ...store,
    open: async (...args) => {
      const journal = await store.open(...args);
      arrive();
      return journal;
    },
    lockBeginning: (...args) => {
      arrive();
      return store.lockBeginning(...args);
    },
    each: async function* () {
      await promise;
      yield* store.each();
    },
  };
  return { ...context, store: gated };
}

test('of a retry and an insert of its rows that begin at once, one does', async () => {
  await using bench = await oneFailed();
  const retry = await bench.planRetry();
  const insert = await bench.planInsert(bench.failed);
  const context = together(bench.library, 2);
  const begun = await Promise.allSettled([retry, insert].map((each) => startLoad(each, options, context)));
  expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await bench.names()).toEqual(['Ada', 'Bob']);
});
