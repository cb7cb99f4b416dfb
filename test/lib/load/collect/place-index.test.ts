import { expect, it } from 'vitest';
import { Fingerprint } from '../../../../src/lib/load/collect/fingerprint.js';
import { PlaceIndex } from '../../../../src/lib/load/collect/place-index.js';

const hashOf = (text: string): Fingerprint => new Fingerprint().reset().addText(text);

function indexOf(
  wanted: readonly string[],
  source: ReadonlyArray<readonly [text: string, likeness: number]>,
) {
  const index = new PlaceIndex(wanted.length);
  for (const [number, text] of wanted.entries()) index.add(number, hashOf(text));
  for (const [at, [text, likeness]] of source.entries()) {
    const found = index.find(hashOf(text));
    if (found !== undefined) index.note(found, { file: at < 3 ? 'a.csv' : 'b.csv', row: at + 1 }, likeness);
  }
  return index;
}

it('gives a row that occurs once its place', () => {
  const index = indexOf(
    ['d', 'b'],
    [
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', 0],
    ],
  );
  expect(index.placeOf(0)).toEqual({ file: 'b.csv', row: 4 });
  expect(index.placeOf(1)).toEqual({ file: 'a.csv', row: 2 });
});

it('gives identical rows one place each when all of them are sought', () => {
  const index = indexOf(
    ['a', 'x', 'a'],
    [
      ['a', 7],
      ['b', 0],
      ['a', 7],
      ['x', 0],
    ],
  );
  expect([0, 1, 2].map((number) => index.placeOf(number)?.row)).toEqual([1, 4, 3]);
});

it('keeps the places of a row apart from those of rows that the source has too often', () => {
  const index = indexOf(
    ['a', 'b'],
    [
      ['b', 0],
      ['a', 0],
      ['a', 0],
    ],
  );
  expect([0, 1].map((number) => index.placeOf(number)?.row)).toEqual([undefined, 1]);
});

it('gives no place when the source has more such rows, fewer, or rows that only look alike', () => {
  expect(
    indexOf(
      ['a'],
      [
        ['a', 0],
        ['a', 0],
      ],
    ).placeOf(0),
  ).toBeUndefined();
  expect(indexOf(['a', 'a'], [['a', 0]]).placeOf(1)).toBeUndefined();
  expect(
    indexOf(
      ['a', 'a'],
      [
        ['a', 1],
        ['a', 2],
      ],
    ).placeOf(0),
  ).toBeUndefined();
  expect(indexOf(['a'], []).placeOf(0)).toBeUndefined();
});

it('says beforehand which rows have places', () => {
  const index = indexOf(
    ['a', 'b'],
    [
      ['a', 0],
      ['b', 0],
      ['b', 0],
    ],
  );
  expect([0, 1].map((number) => index.isPlaced(number))).toEqual([true, false]);
});

it('gives no place to a row that was never added', () => {
  const index = new PlaceIndex(2);
  expect(index.placeOf(1)).toBeUndefined();
});

it('tells more files apart than 16 bits can number', () => {
  const files = 70_000;
  const index = new PlaceIndex(files);
  for (let file = 0; file < files; file += 1) index.add(file, hashOf(`row of ${file}`));
  for (let file = 0; file < files; file += 1) {
    const found = index.find(hashOf(`row of ${file}`));
    if (found !== undefined) index.note(found, { file: `${file}.csv`, row: 1 }, 0);
  }
  for (const file of [0, 1, 65_535, 65_536, 69_999]) {
    expect(index.placeOf(file)).toEqual({ file: `${file}.csv`, row: 1 });
  }
});
