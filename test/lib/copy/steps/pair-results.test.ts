import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCell } from '../../../../src/lib/csv/cells.js';
import { IdMap, IdMapWriter } from '../../../../src/lib/files/id-map.js';
import { isTarget } from '../../../../src/lib/copy/model/copy-maps.js';
import { pairResults, type PairSetup } from '../../../../src/lib/copy/steps/pair-results.js';
import { UnpairedResultsError } from '../../../../src/lib/copy/model/errors.js';
import { readId, writeId } from '../../../../src/lib/csv/record-id.js';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

type Row = readonly string[];

const sourceId = (row: number): string => `001Sr0${String(row).padStart(9, '0')}`;
const targetId = (row: number): string => `001Tg0${String(row).padStart(9, '0')}`;
const lineOf = (cells: Row): string => `${cells.map((cell) => encodeCell(cell, ',')).join(',')}\n`;

/** Rows as sent, and those of the results with the number of their row in the ids that they got. */
async function pair(
  rows: readonly Row[],
  results: ReadonlyArray<{ readonly row: number; readonly cells: Row }>,
  { key, marks }: Pick<PairSetup, 'key' | 'marks'> = {},
): Promise<{ readonly paired: number; readonly targets: Array<string | undefined> }> {
  const folder = await tempFolder();
  const path = (name: string): string => join(folder, name);
  const ids = new Uint32Array(rows.length * 3);
  for (const row of rows.keys()) writeId(sourceId(row), ids, row * 3);
  await writeFile(path('ids'), new Uint8Array(ids.buffer));
  await writeFile(path('rows'), `Name,Size\n${rows.map(lineOf).join('')}`);
  const lines = results.map(({ row, cells }) => lineOf([targetId(row), 'true', ...cells]));
  await writeFile(path('success'), `sf__Id,sf__Created,Name,Size\n${lines.join('')}`);
  const map = new IdMapWriter(path('map'));
  const paired = await pairResults(
    {
      object: 'Account',
      rowsPath: path('rows'),
      idsPath: path('ids'),
      successPath: path('success'),
      tempPath: path('temp'),
      ...(key === undefined ? {} : { key }),
      ...(marks === undefined ? {} : { marks }),
    },
    map,
  );
  expect(await map.finish()).toBeUndefined();
  const read = IdMap.open(path('map'));
  const targets = [...rows.keys()].map((row) => {
    const value = read.get(ids.slice(row * 3, row * 3 + 3));
    return value !== undefined && isTarget(value) ? readId(value) : undefined;
  });
  expect(read.size).toBe(rows.length);
  read.close();
  return { paired, targets };
}

test('any results in any order give each row that succeeded the id of a row with its values', async () => {
  const cell = fc.oneof(fc.constantFrom('', '7', '007', '7.0', 'a,"b"\n', 'x'), fc.string({ maxLength: 4 }));
  const cases = fc.array(
    fc.tuple(
      cell.filter((text) => text !== ''),
      cell,
      fc.boolean(),
      fc.nat(),
    ),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(cases, async (all) => {
      const rows = all.map(([name, size]) => [name, size]);
      const results = all
        .map(([name, size, succeeds, order], row) => ({ row, cells: [name, size], succeeds, order }))
        .filter(({ succeeds }) => succeeds)
        .sort((one, other) => one.order - other.order);
      const { paired, targets } = await pair(rows, results);
      expect(paired).toBe(results.length);
      for (const [row, target] of targets.entries()) {
        if (target === undefined) continue;
        const from = results.find((each) => targetId(each.row) === target);
        expect(from?.cells).toEqual(rows[row]);
      }
      expect(new Set(targets.filter((target) => target !== undefined)).size).toBe(results.length);
    }),
    { numRuns: 60 },
  );
});

test('numbers are matched in the form that the org writes them in', async () => {
  const results = [
    { row: 1, cells: ['Acme', '1.2E7'] },
    { row: 0, cells: ['Acme', '5.0'] },
  ];
  const { targets } = await pair(
    [
      ['Acme', '5'],
      ['Acme', '12000000'],
    ],
    results,
  );
  expect(targets).toEqual([targetId(0), targetId(1)]);
});

test('of rows that are alike, those get the ids that are not known to have failed', async () => {
  const alike = [
    ['Acme', '5'],
    ['Acme', '5'],
    ['Acme', '5.0'],
  ];
  const results = [
    { row: 1, cells: ['Acme', '5'] },
    { row: 2, cells: ['Acme', '5.0'] },
  ];
  const { targets } = await pair(alike, results, { marks: new Uint8Array([1, 0, 0]) });
  expect(targets).toEqual([undefined, targetId(1), targetId(2)]);
  const same = await pair(alike.slice(0, 2), results.slice(0, 1), { marks: new Uint8Array([2, 0]) });
  expect(same.targets).toEqual([undefined, targetId(1)]);
});

test('a key tells rows apart, whatever became of other values', async () => {
  const results = [
    { row: 1, cells: ['B', 'changed'] },
    { row: 0, cells: ['A', 'changed'] },
  ];
  const { targets } = await pair(
    [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
    results,
    { key: { field: 'Name', kind: 'any-case' } },
  );
  expect(targets).toEqual([targetId(0), targetId(1), undefined]);
});

test.each([
  ['a result of no row', [['A', '1']], [{ row: 0, cells: ['B', '1'] }]],
  [
    'more results than rows',
    [['A', '1']],
    [
      { row: 0, cells: ['A', '1'] },
      { row: 1, cells: ['A', '1'] },
    ],
  ],
  [
    'rows with different values that come back alike',
    [
      ['A', '1'],
      ['A', '1.0'],
      ['A', '01'],
    ],
    [{ row: 0, cells: ['A', '1.00'] }],
  ],
])('%s stops the copy', async (_, rows, results) => {
  const failure = await failureOf(pair(rows, results));
  expect(failure).toBeInstanceOf(UnpairedResultsError);
});
