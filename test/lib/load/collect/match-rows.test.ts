import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchRows, type MatchOptions } from '../../../../src/lib/load/collect/match-rows.js';
import { type Place, PlaceIndexes } from '../../../../src/lib/load/collect/place-index.js';
import { RecordReader } from '../../../../src/lib/csv/record-reader.js';
import { chunksOf, sourceOf } from './support.ts';

type Rows = ReadonlyArray<readonly string[]>;

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\n`;

async function placesOf(
  failed: Rows,
  source: Rows,
  options: Partial<MatchOptions> = {},
): Promise<Array<number | undefined>> {
  const columns = Array.from({ length: source[0]?.length ?? 0 }, (_, index) => `C${index}`);
  const rows = failed.map((cells) => line(['', 'E:x:--', ...cells])).join('');
  const placeOf = await matchRows(
    {
      count: failed.length,
      async read(visit) {
        await new RecordReader(chunksOf(rows), ',').read(Infinity, visit);
      },
    },
    {
      source: sourceOf([`${columns.join()}\n`, ...source.map(line)].join('')),
      content: columns.map((_, index) => ({ result: index + 2, source: index })),
      key: undefined,
      indexes: new PlaceIndexes(),
      ...options,
    },
  );
  return failed.map((_, index): Place | undefined => placeOf(index)).map((place) => place?.row);
}

const keyIs = (source: number, isId = false) => ({ key: { result: source + 2, source, isId } });

it('finds rows by their content in whatever order they come back', async () => {
  const source = [
    ['Acme', '912260031', '2024-05-01T10:00:00+02:00', 'TRUE'],
    ['Bolt', '5', '2024-05-01T10:00:00Z', 'false'],
    ['Crux', '', '', ''],
  ];
  const failed = [
    ['Crux', '', '', ''],
    ['Acme', '9.12260031E8', '2024-05-01T08:00:00.000Z', 'true'],
  ];
  expect(await placesOf(failed, source)).toEqual([3, 1]);
});

it('finds rows by their key although the service has changed their content', async () => {
  const source = [
    ['K-1', 'was'],
    ['k-2', 'was'],
  ];
  expect(await placesOf([['K-2', 'is']], source, keyIs(0))).toEqual([2]);
  expect(await placesOf([['K-2', 'is']], source)).toEqual([undefined]);
});

it('takes ids of 15 and 18 characters for the same, and looks at their case', async () => {
  const source = [
    ['0015g00000abcDE', 'was'],
    ['0015g00000abcde', 'was'],
  ];
  expect(await placesOf([['0015g00000abcDEAAY', 'is']], source, keyIs(0, true))).toEqual([1]);
});

it('falls back on the content where several rows have one key', async () => {
  const source = [
    ['K', 'one'],
    ['K', 'two'],
    ['L', 'three'],
  ];
  expect(
    await placesOf(
      [
        ['K', 'two'],
        ['L', 'three'],
      ],
      source,
      keyIs(0),
    ),
  ).toEqual([2, 3]);
  expect(
    await placesOf(
      [
        ['K', 'two'],
        ['K', 'one'],
      ],
      source,
      keyIs(0),
    ),
  ).toEqual([2, 1]);
});

it('falls back on the content for rows without a key', async () => {
  const source = [
    ['', 'one'],
    ['', 'two'],
  ];
  expect(await placesOf([['', 'two']], source, keyIs(0))).toEqual([2]);
});

it('reads the source once when every key is enough', async () => {
  const source = sourceOf('C0,C1\nK,one\nL,two\n');
  await placesOf(
    [['L', 'two']],
    [
      ['K', 'one'],
      ['L', 'two'],
    ],
    { source, ...keyIs(0) },
  );
  expect(source.scans).toBe(1);
});

it('leaves the place of identical rows open unless all of them failed', async () => {
  const source = [['same'], ['other'], ['same']];
  expect(await placesOf([['same']], source)).toEqual([undefined]);
  expect(await placesOf([['same'], ['same']], source)).toEqual([1, 3]);
});

it('leaves the place open of rows that only look the same once they are rewritten', async () => {
  const source = [['007'], ['7']];
  expect(await placesOf([['7'], ['7']], source)).toEqual([undefined, undefined]);
});

/** A value as uploaded, and as the service returns it. */
const value = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', 'B', ',', '"', '\n', 'é', ' ', '1'), maxLength: 6 })
    .map((text) => [text, text]),
  fc
    .integer({ min: -9_999, max: 99_999_999 })
    .map((whole) => [String(whole), whole.toExponential().replace('e+', 'E')]),
  fc.boolean().map((yes) => [yes ? 'TRUE' : 'False', String(yes)]),
  fc
    .date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((date) => [date.toISOString().replace('Z', '456+00:00'), date.toISOString()]),
);

it('never names a wrong row, and names every row that is unlike all others', async () => {
  const row = fc.array(value, { minLength: 3, maxLength: 3 });
  const rows = fc.array(fc.tuple(row, fc.boolean(), fc.nat()), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      const source = all.map(([cells]) => cells.map(([uploaded = '']) => uploaded));
      const failed = all
        .map(([cells, isFailed, rank], index) => ({
          returned: cells.map(([, back = '']) => back),
          isFailed,
          rank,
          row: index + 1,
        }))
        .filter(({ isFailed }) => isFailed)
        .sort((a, b) => a.rank - b.rank);
      const places = await placesOf(
        failed.map(({ returned }) => returned),
        source,
      );

      const returnedOf = (place: number) => all[place - 1]?.[0].map(([, back = '']) => back);
      for (const [index, place] of places.entries()) {
        const { returned, row: right } = failed[index]!;
        if (place !== undefined) expect(returnedOf(place)).toEqual(returned);
        const isUnlikeOthers =
          all.filter(([cells]) => looseText(cells) === looseText(all[right - 1]![0])).length === 1;
        if (isUnlikeOthers) expect(place).toBe(right);
      }
      const given = places.filter((place) => place !== undefined);
      expect(new Set(given).size).toBe(given.length);
    }),
    { numRuns: 300 },
  );
});

/** Equal for more rows than the matcher may take for equal. */
function looseText(cells: ReadonlyArray<readonly string[]>): string {
  return cells
    .map(([, back = '']) => (back.trim() !== '' && !Number.isNaN(Number(back)) ? Number(back) : back))
    .join('|');
}

it('finds the rows of each group with the indexes of the groups before', async () => {
  const indexes = new PlaceIndexes();
  const source = [['A'], ['B'], ['B'], ['C'], ['D']];
  expect(await placesOf([['B'], ['B'], ['D']], source, { indexes })).toEqual([2, 3, 5]);
  expect(await placesOf([['C'], ['B']], source, { indexes })).toEqual([4, undefined]);
  expect(await placesOf([['A'], ['C'], ['D'], ['X']], source, { indexes })).toEqual([1, 4, 5, undefined]);
  expect(await placesOf([['D'], ['A']], source, { indexes, ...keyIs(0) })).toEqual([5, 1]);
  expect(await placesOf([['B'], ['C']], source, { indexes, ...keyIs(0) })).toEqual([undefined, 4]);
});
