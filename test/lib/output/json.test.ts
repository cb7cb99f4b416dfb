import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { delimiterCharacters } from '../../../src/lib/api/types.js';
import { MalformedResultError } from '../../../src/lib/output/csv-records.js';
import { createResultWriter } from '../../../src/lib/output/create-result-writer.js';
import type { ResultWriterOptions } from '../../../src/lib/output/writer.js';
import { csvSample, expectSameAtEveryCut, write, type CsvSample } from './support.ts';

const dialect = { delimiter: 'COMMA', lineEnding: 'LF' } as const;

function json(rows: string, options: Partial<ResultWriterOptions> & { columns: readonly string[] }): string {
  return write('json', { ...dialect, ...options }, [Buffer.from(rows)]).toString();
}

function readByCsvParse({ bytes, columns, delimiter, lineEnding }: CsvSample): unknown {
  return parse(bytes, {
    columns: [...columns],
    delimiter: delimiterCharacters[delimiter],
    record_delimiter: lineEnding === 'CRLF' ? '\r\n' : '\n',
    relax_quotes: true,
  });
}

describe('json', () => {
  it('parses to what csv-parse reads, at every chunk boundary', () => {
    fc.assert(
      fc.property(csvSample, (sample) => {
        const whole = write('json', sample, [sample.bytes]);
        expect(JSON.parse(whole.toString())).toEqual(readByCsvParse(sample));
        expectSameAtEveryCut('json', sample, whole);
      }),
    );
  });

  it('has one record to a line', () => {
    expect(json('"1"\n"2"\n', { columns: ['Id'] })).toBe('[\n{"Id":"1"},\n{"Id":"2"}\n]\n');
  });

  it('is an empty array when there are no records', () => {
    expect(json('', { columns: ['Id'] })).toBe('[]\n');
  });

  it('has null for an empty value of a typed column, and keeps it as a string without types', () => {
    const columns = ['Name', 'Amount'];
    expect(json('"",""\n', { columns, types: ['string', 'double'] })).toContain(
      '{"Name":null,"Amount":null}',
    );
    expect(json('"",""\n', { columns })).toContain('{"Name":"","Amount":""}');
  });

  it.each([
    ['9.9213206E7', '9.9213206E7'],
    ['1.0E10', '1.0E10'],
    ['-0.0', '-0.0'],
    ['1e-7', '1e-7'],
    ['12345678901234567890', '12345678901234567890'],
    ['.5', '".5"'],
    ['+1', '"+1"'],
    ['01', '"01"'],
    ['1.', '"1."'],
    ['1e', '"1e"'],
    ['-', '"-"'],
    ['NaN', '"NaN"'],
    ['1 ', '"1 "'],
  ])('writes the number %s as %s', (text, expected) => {
    expect(json(`"${text}"\n`, { columns: ['N'], types: ['double'] })).toBe(`[\n{"N":${expected}}\n]\n`);
    expect(json(`x,${text}\n`, { columns: ['X', 'N'], types: ['string', 'double'] })).toContain(
      `"N":${expected}}`,
    );
  });

  it.each([
    ['true', 'true'],
    ['false', 'false'],
    ['TRUE', '"TRUE"'],
    ['1', '"1"'],
  ])('writes the boolean %s as %s', (text, expected) => {
    expect(json(`"${text}"\n`, { columns: ['B'], types: ['boolean'] })).toContain(`"B":${expected}}`);
  });

  it('nests relationship columns at the place of the first, and makes a parent without values null', () => {
    const columns = ['Account.Name', 'Id', 'account.Owner.Name', 'Account.Owner.Alias'];
    const rows = '"Acme","1","",""\n"","2","",""\n"","3","Ann",""\n';
    expect(json(rows, { columns, types: ['string', 'string', 'string', 'string'], isNested: true })).toBe(
      '[\n' +
        '{"Account":{"Name":"Acme","Owner":null},"Id":"1"},\n' +
        '{"Account":null,"Id":"2"},\n' +
        '{"Account":{"Name":null,"Owner":{"Name":"Ann","Alias":null}},"Id":"3"}\n' +
        ']\n',
    );
  });

  it.each([
    [['X', 'x.Y', 'X.z'], '{"X":"a","x.Y":"b","X.z":"c"}'],
    [['X.Y', 'X', 'X.Z'], '{"X.Y":"a","X":"b","X.Z":"c"}'],
    [['X.Y.Z', 'X.Y', 'X.A'], '{"X.Y.Z":"a","X":{"Y":"b","A":"c"}}'],
  ])('keeps paths flat where a column has the name of their parent: %j', (columns, expected) => {
    expect(json('"a","b","c"\n', { columns, isNested: true })).toContain(expected);
  });

  it('escapes the names of columns', () => {
    expect(json('1\n', { columns: ['a"b\\c'] })).toContain('{"a\\"b\\\\c":"1"}');
  });

  it('goes on behind the pages of an earlier run', () => {
    const options = { ...dialect, columns: ['Id'] };
    const first = createResultWriter('json', options);
    const partial = [first.push(Buffer.from('"1"\n')), first.endPage()];
    const second = createResultWriter('json', { ...options, hasEarlierRows: true });
    const whole = Buffer.concat([...partial, second.push(Buffer.from('"2"\n')), second.end()]);
    expect(whole.toString()).toBe('[\n{"Id":"1"},\n{"Id":"2"}\n]\n');
  });

  it('takes a page whose last row has no line ending', () => {
    const writer = createResultWriter('json', { ...dialect, columns: ['A', 'B'] });
    const output = ['"1",', '"2"\n"3","4"'].map((text) => writer.push(Buffer.from(text)));
    output.push(writer.endPage(), writer.push(Buffer.from('"5","6"\n')), writer.end());
    expect(JSON.parse(Buffer.concat(output).toString())).toEqual([
      { A: '1', B: '2' },
      { A: '3', B: '4' },
      { A: '5', B: '6' },
    ]);
  });

  it.each([
    ['a quote that is never closed', '"1","2"\n"3","4\n'],
    ['text after a closing quote', '"1","2"\n"3"x,"4"\n'],
    ['too few values', '"1","2"\n"3"\n'],
    ['too many values', '"1","2"\n"3","4","5"\n'],
  ])('refuses %s, naming the record', (_what, rows) => {
    const run = (): string => json(rows, { columns: ['A', 'B'] });
    expect(run).toThrow(MalformedResultError);
    expect(run).toThrow(/record 2 /);
  });
});

describe('ndjson', () => {
  it('has one line per record, which parses to what csv-parse reads, at every chunk boundary', () => {
    fc.assert(
      fc.property(csvSample, (sample) => {
        const whole = write('ndjson', sample, [sample.bytes]);
        const lines = whole.toString().split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(readByCsvParse(sample));
        expectSameAtEveryCut('ndjson', sample, whole);
      }),
    );
  });

  it('is an empty file when there are no records', () => {
    expect(write('ndjson', { ...dialect, columns: ['Id'] }, [])).toHaveLength(0);
  });
});
