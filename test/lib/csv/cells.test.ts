import { describe, expect, it } from 'vitest';
import { cellBytes, cellText, isCellEmpty, recordTexts } from '../../../src/lib/csv/cells.js';
import { RecordTokenizer } from '../../../src/lib/csv/record-tokenizer.js';

function recordOf(text: string): RecordTokenizer {
  const bytes = Buffer.from(text);
  const tokenizer = new RecordTokenizer(',');
  tokenizer.next(bytes, 0, { to: bytes.length, isEnd: true });
  return tokenizer;
}

const cells: ReadonlyArray<readonly [cell: string, value: string]> = [
  ['plain', 'plain'],
  ['', ''],
  ['""', ''],
  ['" "', ' '],
  ['"a,b"', 'a,b'],
  ['"say ""é"""', 'say "é"'],
  ['""""', '"'],
];

describe('the value of a cell', () => {
  const record = recordOf(cells.map(([cell]) => cell).join(','));
  const values = cells.map(([, value]) => value);

  it('is given as text and as bytes, without the quotes of CSV', () => {
    expect(recordTexts(record)).toEqual(values);
    expect(cells.map((_, index) => cellBytes(record, index).toString())).toEqual(values);
  });

  it('is empty with and without quotes', () => {
    expect(cells.map((_, index) => isCellEmpty(record, index))).toEqual(values.map((value) => value === ''));
  });

  it('is no text where the record has no such cell, whatever an earlier record had', () => {
    const tokenizer = recordOf('a,b\nc\n');
    tokenizer.next(tokenizer.bytes, 4, { to: 6, isEnd: true });
    expect([cellText(tokenizer, 0), cellText(tokenizer, 1)]).toEqual(['c', '']);
    expect([isCellEmpty(tokenizer, 1), cellBytes(tokenizer, 1)]).toEqual([true, Buffer.alloc(0)]);
  });
});
