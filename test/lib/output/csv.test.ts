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

describe('csv for spreadsheets', () => {
  it('begins with a byte order mark, once, also without records', () => {
    const withBom = { ...options, bom: true };
    expect(write('csv', withBom, [Buffer.from('"1";""\r\n')]).toString()).toBe(
      '\uFEFF"Id";"Account.Name"\r\n"1";""\r\n',
    );
    expect(write('csv', withBom, []).toString()).toBe('\uFEFF"Id";"Account.Name"\r\n');
    expect(write('csv', { ...withBom, hasEarlierRows: true }, []).toString()).toBe('');
  });

  const numbers = {
    columns: ['Name', 'Revenue', 'Employees'],
    types: ['string', 'double', 'int'],
    delimiter: 'COMMA',
    lineEnding: 'LF',
    plainNumbers: true,
  } as const;

  it('has plain numbers in number columns alone, however the rows are cut', () => {
    const rows = '"1.6E13","1.6E13","7"\n"a\nb","",""\n"c","2.5E-3","1E3"\n';
    for (let at = 0; at <= rows.length; at++) {
      const pieces = [Buffer.from(rows.slice(0, at)), Buffer.from(rows.slice(at))];
      expect(write('csv', numbers, pieces).toString()).toBe(
        '"Name","Revenue","Employees"\n"1.6E13","16000000000000","7"\n"a\nb","",""\n"c","0.0025","1000"\n',
      );
    }
  });

  it('has plain numbers in a last row without a line ending', () => {
    expect(write('csv', numbers, [Buffer.from('x,1E2,2')]).toString()).toContain('\nx,"100",2\n');
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
  it('is true of text, and of no other format', () => {
    const formats = ['csv', 'json', 'ndjson', 'parquet', 'xlsx'] as const;
    expect(formats.map(isResumable)).toEqual([true, true, true, false, false]);
    expect(() => createResultWriter('parquet', { ...options, hasEarlierRows: true })).toThrow('in one go');
  });
});
