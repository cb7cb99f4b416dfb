import { describe, expect, it } from 'vitest';

import { createResultWriter } from '../../../src/lib/output/create-result-writer.js';
import { gather, write } from './support.ts';
import { isResumable, writePage } from '../../../src/lib/output/writer.js';

const options = { columns: ['Id', 'Account.Name'], delimiter: 'SEMICOLON', lineEnding: 'CRLF' } as const;

describe('csv', () => {
  it('passes the rows through behind one header', () => {
    const rows = ['"1";"a\n', 'b"\r\n', '"2";"""c"\r\n'].map((text) => Buffer.from(text));
    expect(write('csv', options, rows).toString()).toBe('"Id";"Account.Name"\r\n"1";"a\nb"\r\n"2";"""c"\r\n');
  });

  it('is the header alone when there are no records', () => {
    expect(write('csv', options, [Buffer.alloc(0)]).toString()).toBe('"Id";"Account.Name"\r\n');
  });

  it('has no second header behind the pages of an earlier run', () => {
    expect(write('csv', { ...options, hasEarlierRows: true }, [Buffer.from('"2";""\r\n')]).toString()).toBe(
      '"2";""\r\n',
    );
    expect(write('csv', { ...options, hasEarlierRows: true }, [])).toHaveLength(0);
  });

  it('ends the last row of a page that left its line ending out', () => {
    const writer = createResultWriter('csv', options);
    const output = [
      writer.push(Buffer.from('"1";""')),
      writer.endPage(),
      writer.push(Buffer.from('"2";""\r\n')),
    ];
    output.push(writer.endPage(), writer.end());
    expect(Buffer.concat(output).toString()).toBe('"Id";"Account.Name"\r\n"1";""\r\n"2";""\r\n');
  });
});

describe('writePage', () => {
  it('hands large chunks to the writer in pieces, and closes the page', async () => {
    const row = Buffer.from(`"${'x'.repeat(998)}"\n`);
    const rows = Buffer.concat(Array.from({ length: 1000 }, () => row));
    const writer = createResultWriter('json', { columns: ['A'], delimiter: 'COMMA', lineEnding: 'LF' });
    const pieces = await gather(writePage(writer, [rows, Buffer.from('"last"')]));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(300_000);
    const page = Buffer.concat(pieces).toString();
    expect(page.endsWith(',\n{"A":"last"}')).toBe(true);
    expect(JSON.parse(page + writer.end().toString())).toHaveLength(1001);
  });
});

describe('isResumable', () => {
  it('is true of every format but Parquet', () => {
    const formats = ['csv', 'json', 'ndjson', 'parquet'] as const;
    expect(formats.map(isResumable)).toEqual([true, true, true, false]);
    expect(() => createResultWriter('parquet', { ...options, hasEarlierRows: true })).toThrow('in one go');
  });
});
