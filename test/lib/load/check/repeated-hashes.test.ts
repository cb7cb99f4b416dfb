import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  RepeatedHashes,
  type RepeatedHashesOptions,
} from '../../../../src/lib/load/check/repeated-hashes.js';

type Hash = readonly [high: number, low: number];

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'repeated-hashes-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function repeatsOf(hashes: readonly Hash[], options: RepeatedHashesOptions = {}) {
  const finder = new RepeatedHashes({ directory, ...options });
  hashes.forEach(([high, low], row) => {
    finder.add(high, low, row);
  });
  const groups = finder.finish();
  expect(finder.repeats).toBe(hashes.length - new Set(hashes.map((hash) => hash.join(':'))).size);
  finder.close();
  return groups;
}

/** The same by a Map of everything. */
function oracle(hashes: readonly Hash[], maxGroups = 50) {
  const rows = Map.groupBy(hashes.keys(), (row) => (hashes[row] ?? []).join(':'));
  const groups = [...rows.values()].filter(({ length }) => length > 1).sort((a, b) => a[1]! - b[1]!);
  return groups.slice(0, maxGroups).map((group) => ({
    high: hashes[group[0]!]![0],
    low: hashes[group[0]!]![1],
    rows: group.slice(0, 10),
    count: group.length,
  }));
}

const half = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const hashes = fc.array(fc.tuple(half, half), { maxLength: 300 });

test('finds what a Map finds, in memory and on disk', () => {
  fc.assert(
    fc.property(
      hashes,
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 5 }),
      (all, maxEntries, maxGroups) => {
        expect(repeatsOf(all, { maxEntries, maxGroups })).toEqual(oracle(all, maxGroups));
      },
    ),
    { numRuns: 200 },
  );
});

describe('many rows', () => {
  const many = Array.from({ length: 60_000 }, (_, row): Hash => {
    const hash = Math.imul(row % 50_000, 0x9e3779b1) >>> 0;
    return [hash, Math.imul(hash, 0x85ebca6b) >>> 0];
  });

  test.each([100, 5000, 1_000_000])('are found with %i of them in memory', (maxEntries) => {
    expect(repeatsOf(many, { maxEntries })).toEqual(oracle(many));
  });

  test('all with one hash are one group', () => {
    const same = many.map((): Hash => [7, 9]);
    expect(repeatsOf(same, { maxEntries: 1000 })).toEqual([
      { high: 7, low: 9, rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], count: 60_000 },
    ]);
  });
});

test('the temporary file has no name: nothing of a killed process is left', () => {
  const finder = new RepeatedHashes({ directory, maxEntries: 2 });
  for (let row = 0; row < 5; row++) finder.add(row % 3, row % 3, row);
  expect(readdirSync(directory)).toEqual([]);
  expect(finder.finish()).toHaveLength(2);
  finder.close();
});

test('few rows touch no disk', () => {
  const finder = new RepeatedHashes({ directory });
  for (let row = 0; row < 5000; row++) finder.add(row, row, row);
  expect(finder.finish()).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});
