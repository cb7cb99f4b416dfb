import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordProblem } from '../../../src/lib/csv/record-problems.js';
import { RecordTokenizer } from '../../../src/lib/csv/record-tokenizer.js';
import { endsForCertain, hasCertainCells } from '../../../src/lib/csv/unsound-record.js';

const columns = ['Name', 'Count__c'];
const form = { width: columns.length, delimiter: ',' };

/** The first record of a text, read as every row is; undefined where it is sound. */
function unsound(text: string) {
  const bytes = Buffer.from(text);
  const record = new RecordTokenizer(',');
  const next = record.next(bytes, 0, { to: bytes.length, isEnd: true });
  const problem = recordProblem(record, { columns, row: 1, line: 2 });
  return problem === undefined ? undefined : { record, problem, line: text.slice(0, next) };
}

function isCertain(text: string): boolean {
  const found = unsound(text);
  return found !== undefined && endsForCertain(found.record, found.problem.code, form);
}

test.each([
  'a,b,c',
  'a',
  '5" pipe,1',
  `6' 2",5"`,
  '"the "big" one",1',
  '"the "big", "bad" one",1',
  '"the big "one"",1',
  '""The" big one",1',
  String.raw`"the \"big\" one",1`,
  '"a ""b"" ("c") d",1',
  '"a",1,2',
  'a\rb,1',
])('%j ends where it seems to', (line) => {
  expect(isCertain(`${line}\nx,1\n`)).toBe(true);
});

test.each([
  '"a,1',
  'a, "b',
  '"5" pipe,1',
  '"5"x',
  '"a "b" c,1',
  '"a" ,1',
  '"a\nb",1,2',
  '"a "b"\nc",1',
  // The quotes come in pairs, and may be an inch and quotes around a word.
  '"x 5" "a",',
  '"x 5" "a",1',
  '"a" "b",1',
  '"6" 2" x",1',
  '"say "a", x "b",1,"c"',
])('%j may go on', (line) => {
  expect(isCertain(`${line}\nx,1\n`)).toBe(false);
});

test('cells are certain where no quote begins one, and their number is right', () => {
  const isSure = (line: string) => {
    const found = unsound(`${line}\n`);
    return found !== undefined && hasCertainCells(found.record, found.problem.code, columns.length);
  };
  expect(['5" pipe,1', 'a\rb,1'].map(isSure)).toEqual([true, true]);
  expect(['a', 'a,b,c', '"the "big" one",1', ' "a",1'].map(isSure)).toEqual([false, false, false, false]);
});

test('a reader that takes stray quotes for text reads the rows behind as if the certain one were not there', () => {
  const piece = fc.constantFrom('a', '5', '"', '""', ',', ' ', '",', ',"', '"a"', '\n');
  const behind = 'x,1\n"y, ""y""",2\nz,3\n';
  const options = { relax_quotes: true, relax_column_count: true, skip_empty_lines: true } as const;
  let certain = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = `${pieces.join('')}\n${behind}`;
      const found = unsound(text);
      fc.pre(found !== undefined && endsForCertain(found.record, found.problem.code, form));
      certain += 1;
      const rest = text.slice(found.line.length);
      expect(parse(text, options).slice(-parse(rest, options).length)).toEqual(parse(rest, options));
    }),
    { numRuns: 2_000 },
  );
  expect(certain).toBeGreaterThan(100);
});
