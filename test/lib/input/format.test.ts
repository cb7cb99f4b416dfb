import { gzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { detectInputFormat } from '../../../src/lib/input/format.js';

it.each([
  ['a.csv', 'Id,Name', 'csv'],
  ['a.CSV', '[x],y', 'csv'],
  ['a.tsv', 'Id', 'csv'],
  ['a.txt', 'Id', 'csv'],
  ['a.json', '[{}]', 'json'],
  ['a.json', '{}', 'json'],
  ['a.ndjson', '{}', 'ndjson'],
  ['a.jsonl', '{}', 'ndjson'],
  ['a.parquet', 'PAR1', 'parquet'],
  ['a.csv', 'PAR1', 'parquet'],
  ['-', '  \n[{', 'json'],
  ['-', '\uFEFF{"a"', 'ndjson'],
  ['', 'Id,Name', 'csv'],
  ['', '', 'csv'],
  ['data', '{"a"', 'ndjson'],
  ['data.v2', '[', 'json'],
])('%s beginning with %j is %s', (name, start, format) => {
  expect(detectInputFormat(name, Buffer.from(start))).toEqual({ format, isGzip: false });
});

it('tells the first character of UTF-16', () => {
  for (const bytes of [Buffer.from('\uFEFF[', 'utf16le'), Buffer.from('\uFEFF[', 'utf16le').swap16()]) {
    expect(detectInputFormat('-', bytes)).toEqual({ format: 'json', isGzip: false });
  }
});

it('knows gzip by its first bytes, and what is inside by the rest of the name', () => {
  const zipped = gzipSync('x');
  expect(detectInputFormat('a.json.gz', zipped)).toEqual({ format: 'json', isGzip: true });
  expect(detectInputFormat('a.csv', zipped)).toEqual({ format: 'csv', isGzip: true });
  expect(detectInputFormat('a.gz', zipped)).toEqual({ format: undefined, isGzip: true });
  expect(detectInputFormat('-', zipped)).toEqual({ format: undefined, isGzip: true });
  expect(detectInputFormat('a.csv.gz', Buffer.from('Id'))).toEqual({ format: 'csv', isGzip: false });
});
