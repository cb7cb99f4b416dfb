import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyDifference, type KeyDifference } from '../../../../src/lib/load/collect/key-difference.js';
import type { ResultSet, ResultSetName } from '../../../../src/lib/load/model/result-sets.js';
import { chunksOf, sourceOf } from './support.ts';

const keyName = 'Key__c';

function resultSet(name: ResultSetName, keys: readonly string[]): ResultSet {
  const own = keys.map((key) => (name === 'unprocessed' ? key : `"001","x","${key}"`));
  const header = name === 'unprocessed' ? [keyName] : ['sf__Id', 'sf__Created', keyName];
  const text = [header.join(','), ...own, ''].join('\n');
  return {
    name,
    rows: keys.length,
    created: 0,
    delimiter: ',',
    header,
    headerBytes: 0,
    endsWithNewline: true,
    read: () => chunksOf(text),
    dispose: () => Promise.resolve(),
  };
}

type Keys = {
  readonly sent: readonly string[];
  readonly returned: readonly string[];
  readonly failed?: string[];
};

function difference(
  { sent, returned, failed = [] }: Keys,
  groupRows?: number,
): Promise<KeyDifference | undefined> {
  return keyDifference({
    keyName,
    rows: sent.length,
    source: sourceOf(`${keyName}\n${sent.map((key) => `${key}\n`).join('')}`),
    sets: [resultSet('success', returned), resultSet('unprocessed', failed)],
    ...(groupRows === undefined ? {} : { groupRows }),
  });
}

describe('a second look at keys', () => {
  test('names the key that came twice and the one that never came, and their rows', async () => {
    expect(await difference({ sent: ['a-1', 'a-2', 'a-3'], returned: ['a-3', 'A-1', 'a-1'] })).toEqual({
      doubled: [{ key: 'a-1', file: 'accounts.csv', row: 1 }],
      missing: [{ key: 'a-2', file: 'accounts.csv', row: 2 }],
      rewritten: [],
    });
  });

  test('tells keys that the service wrote in another way from those of other rows', async () => {
    expect(await difference({ sent: ['a-1', 'a-2'], returned: ['a-1', 'A2'] })).toEqual({
      doubled: [],
      missing: [{ key: 'a-2', file: 'accounts.csv', row: 2 }],
      rewritten: ['A2'],
    });
  });

  test('finds a key that was sent twice and came three times', async () => {
    const found = await difference({ sent: ['a', 'a', 'b'], returned: ['a', 'a'], failed: ['a'] });
    expect(found).toMatchObject({ doubled: [{ key: 'a' }], missing: [{ key: 'b', row: 3 }] });
  });

  test('finds nothing where all keys came, in whichever set', async () => {
    const nothing = { doubled: [], missing: [], rewritten: [] };
    expect(await difference({ sent: ['a', 'b', 'b'], returned: ['b', 'b'], failed: ['a'] })).toEqual(nothing);
  });

  test('gives a few examples of many', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `k-${index}`);
    const found = await difference({ sent: keys, returned: [...keys.slice(0, 50), ...keys.slice(0, 50)] });
    expect(found?.doubled).toHaveLength(5);
    expect(found?.missing).toHaveLength(5);
  });

  test('cannot be had when the source has changed', async () => {
    const source = sourceOf(`${keyName}\na\n`);
    const sets = [resultSet('success', ['b', 'b'])];
    expect(await keyDifference({ keyName, rows: 2, source, sets })).toBeUndefined();
  });

  test('comes to the same in one group of rows and in many', async () => {
    const key = fc.stringMatching(/^[a-e]$/);
    const keys = fc.record({
      sent: fc.array(key, { minLength: 1, maxLength: 30 }),
      returned: fc.array(key, { maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 4 }), async (both, groupRows) => {
        const found = await difference(both, groupRows);
        expect(keysOf(found)).toEqual(expectedOf(both));
      }),
      { numRuns: 60 },
    );
  });
});

/** The same by counting. There are no more different keys than examples. */
function expectedOf({ sent, returned }: Keys): Record<keyof KeyDifference, string[]> {
  const count = (keys: readonly string[], key: string): number => keys.filter((each) => each === key).length;
  const all = [...new Set([...sent, ...returned])].sort();
  const differs = (key: string): number => count(returned, key) - count(sent, key);
  return {
    doubled: all.filter((key) => differs(key) > 0 && sent.includes(key)),
    missing: all.filter((key) => differs(key) < 0),
    rewritten: all.filter((key) => differs(key) > 0 && !sent.includes(key)),
  };
}

function keysOf(found: KeyDifference | undefined): Record<keyof KeyDifference, string[]> | undefined {
  return (
    found && {
      doubled: found.doubled.map(({ key }) => key).sort(),
      missing: found.missing.map(({ key }) => key).sort(),
      rewritten: found.rewritten.toSorted(),
    }
  );
}
