import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteSink } from '../../../src/lib/output/byte-sink.js';
import type { ColumnTypes } from '../../../src/lib/describe/column-types.js';
import { jsonShape, type JsonValue } from '../../../src/lib/output/json-shape.js';
import { QuotedJson } from '../../../src/lib/output/quoted-json.js';
import { write } from './support.ts';

const columns = ['Id', 'Name', 'Amount', 'IsActive'];
const types: ColumnTypes = ['string', 'string', 'double', 'boolean'];

function take(line: string, kinds: ColumnTypes | 'untyped' = types): { json: string; next: number } {
  const quoted = new QuotedJson(
    jsonShape(columns, kinds === 'untyped' ? undefined : kinds, false) as JsonValue[],
    ',',
    Buffer.from(',\n'),
  );
  const sink = new ByteSink();
  const bytes = Buffer.from(line);
  const next = quoted.take(bytes, { from: 0, to: bytes.length, isFirst: true }, sink);
  return { json: sink.take().toString(), next };
}

describe('a record of quoted cells', () => {
  test('is written in one pass', () => {
    const line = '"1","a ""b""\n\\\t","9.9E7","true"\r\n';
    const { json, next } = take(line);
    expect(JSON.parse(json)).toEqual({ Id: '1', Name: 'a "b"\n\\\t', Amount: 9.9e7, IsActive: true });
    expect(next).toBe(line.length);
  });

  test('has null for nothing, or nothing where every value is text', () => {
    expect(JSON.parse(take('"","","",""\n').json)).toEqual({
      Id: null,
      Name: null,
      Amount: null,
      IsActive: null,
    });
    expect(JSON.parse(take('"","","5",""\n', 'untyped').json)).toEqual({
      Id: '',
      Name: '',
      Amount: '5',
      IsActive: '',
    });
  });

  test('may begin and end with a quote of its own', () => {
    expect(JSON.parse(take('"""","""a""","1","false"\n').json)).toMatchObject({ Id: '"', Name: '"a"' });
  });
});

test.each([
  ['a cell without quotes', '"1",a,"1","true"\n'],
  ['a missing cell', '"1","a","1"\n'],
  ['a cell too many', '"1","a","1","true","x"\n'],
  ['no line ending', '"1","a","1","true"'],
  ['half a line ending', '"1","a","1","true"\r'],
  ['half a cell', '"1","a'],
  ['a blank line', '\n'],
  ['text after a quote', '"1","a"x,"1","true"\n'],
  ['a number that is none', '"1","a","NaN","true"\n'],
  ['a boolean that is none', '"1","a","1","yes"\n'],
  ['a very long value', `"1","${'x'.repeat(20_000)}","1","true"\n`],
])('is left to those who find the cells first, with nothing written: %s', (_, line) => {
  expect(take(line)).toEqual({ json: '', next: -1 });
});

test('comes out the same as where cells are found first, whatever is in them and wherever chunks end', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\\', '\u0001', 'é', '😀'),
    maxLength: 6,
  });
  const row = fc.tuple(
    cell,
    cell,
    fc.constantFrom('', '1', '-2.5E3', 'x'),
    fc.constantFrom('', 'true', 'no'),
  );
  const options = { columns, types, delimiter: 'COMMA', lineEnding: 'LF' } as const;
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), fc.nat(), (rows, seed) => {
      const line = (cells: readonly string[]) =>
        cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
      const bytes = Buffer.from(rows.map((cells) => `${line(cells)}\n`).join(''));
      const cut = bytes.length === 0 ? 0 : seed % bytes.length;
      const flat = write('json', options, [bytes.subarray(0, cut), bytes.subarray(cut)]);
      // A parent, which no column has, makes the writer find the cells first.
      const nested = write('json', { ...options, columns: ['P.Id', ...columns.slice(1)], isNested: true }, [
        bytes,
      ]);
      const expected = (JSON.parse(nested.toString()) as Array<{ P: { Id: unknown } | null }>).map(
        ({ P, ...rest }) => ({
          Id: P?.Id ?? null,
          ...rest,
        }),
      );
      expect(JSON.parse(flat.toString())).toEqual(expected);
    }),
  );
});
