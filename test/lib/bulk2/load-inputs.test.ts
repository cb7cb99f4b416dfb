import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { InputError, UsageError, type LoadFrom } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { openBulk } from './open-bulk.ts';

const insert = { object: 'Account', operation: 'insert' } as const;

async function file(content: string): Promise<string> {
  const path = join(await tempFolder(), 'accounts.csv');
  await writeFile(path, content);
  return path;
}

const records = [{ Name: 'A', Parent: { External_Id__c: 'p' } }, { Name: 'B' }];
const generator = function* () {
  yield* records;
};

describe('a load of any size takes', () => {
  test.each<[string, () => Promise<LoadFrom> | LoadFrom]>([
    ['the path of a file', () => file('Name;Phone\r\nA;1\r\nB;2\r\n')],
    ['{ path }', async () => ({ path: await file('Name\nA\nB\n') })],
    ['an array of paths', async () => [await file('Name\nA\n'), await file('Name\nB\n')]],
    ['an array of both', async () => [{ path: await file('Name\nA\n') }, await file('Name\nB\n')]],
    ['an array of records', () => records],
    ['a generator', generator],
    ['a stream of objects', () => Readable.from(records)],
    ['a stream of text', () => Readable.from(['Name\nA', '\nB\n'])],
    ['a stream of bytes', () => Readable.from([Buffer.from('Name\nA\nB\n')], { objectMode: false })],
  ])('%s', async (_, input) => {
    const { org, bulk } = await openBulk();
    org.database.load('Account', [{ Name: 'Parent', External_Id__c: 'p' }]);
    const status = await bulk.load({ ...insert, input: await input(), resultsDir: await tempFolder() });
    expect(status).toMatchObject({ successful: 2, failed: 0, unprocessed: 0 });
    expect((await org.records('Account')).map(({ Name }) => Name).sort()).toEqual(['A', 'B', 'Parent']);
  });
});

test('the records of a query can be loaded as they come', async () => {
  const { org, bulk } = await openBulk();
  org.database.load('Account', [{ Name: 'A' }, { Name: 'B' }]);
  const found = await bulk.query('SELECT Id, Name FROM Account');
  const status = await bulk.load({
    ...insert,
    operation: 'delete',
    input: found,
    resultsDir: await tempFolder(),
  });
  expect(status).toMatchObject({ successful: 2, failed: 0 });
  expect(await org.records('Account')).toEqual([]);
});

describe('what is no input of a load is refused, and nothing is sent', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['CSV as text', () => 'Name\nA\n', /several lines/],
    ['no path', () => '', /path/],
    ['an empty array', () => [], /empty array/],
    ['an array of paths and records', () => ['a.csv', { Name: 'A' }], /something else/],
    ['an array with null', () => [{ Name: 'A' }, null], /row 2/],
    ['bytes', () => Buffer.from('Name\nA\n'), /bytes in memory/],
    ['a stream that was destroyed', () => Readable.from(['a']).destroy(), /read already/],
    ['a stream without anything', () => Readable.from([], { objectMode: false }), /empty/],
    ['a generator without anything', () => Readable.from([]), /no records/],
    ['a file that is not there', () => '/there/is/no.csv', /no such file/],
    ['a value that no cell holds', () => [{ Name: new Map() }], /row 1: .*Name .*Map/],
  ])('%s', async (_, input, message) => {
    const { org, bulk } = await openBulk();
    const load = bulk.load({ ...insert, input: input() as string, resultsDir: await tempFolder() });
    const error = await load.then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toSatisfy((reason) => reason instanceof UsageError || reason instanceof InputError);
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain('\n');
    expect(await org.jobs()).toEqual([]);
  });
});

test('a signal ends a load whose input has stalled, with its own reason', async () => {
  const { org, bulk } = await openBulk();
  const reason = new Error('enough');
  const stop = new AbortController();
  const input = (async function* () {
    yield { Name: 'A' };
    await new Promise(() => setImmediate(() => stop.abort(reason)));
  })();
  await expect(bulk.load({ ...insert, input, signal: stop.signal })).rejects.toBe(reason);
  expect(await org.jobs()).toEqual([]);
});
