import { gzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { detectInputFormat, isGzip } from '../../../src/lib/input/format.js';

it.each([
  ['a.csv', 'Id,Name', 'csv'],
  ['a.CSV', '[x],y', 'csv'],
  ['a.tsv', 'Id', 'csv'],
  ['a.txt', 'Id', 'csv'],
  ['a.json', '[{}]', 'json'],
  ['a.json', '{}', 'json'],
  ['a.json', '{"a":1}\n{"a":2}\n', 'json'],
  ['a.ndjson', '{}', 'ndjson'],
  ['a.jsonl', '{}', 'ndjson'],
  ['a.parquet', 'PAR1', 'parquet'],
  ['a.csv', 'PAR1', 'parquet'],
  ['a.xlsx', 'PK\u0003\u0004', 'xlsx'],
  ['a.csv', 'PK\u0003\u0004', 'xlsx'],
  ['a.xlsx', '', 'xlsx'],
  ['-', '  \n[{', 'json'],
  ['-', '\uFEFF{"a"', 'ndjson'],
  ['', 'Id,Name', 'csv'],
  ['', '', 'csv'],
  ['data', '{"a"', 'ndjson'],
  ['data.v2', '[', 'json'],
  ['a.csv.gz', 'Id', 'csv'],
])('%s beginning with %j is %s', (name, start, format) => {
  expect(detectInputFormat(name, Buffer.from(start))).toBe(format);
});

it.each([
  ['a.csv', '[{"Name":"a"}]', 'json'],
  ['a.txt', '\uFEFF[\n  {"Name":"a"}\n]', 'json'],
  ['a.csv', '[]', 'json'],
  ['a.ndjson', '[{"Name":"a"}]', 'json'],
  ['a.txt', '{"Name":"a"}\n{"Name":"b"}\n', 'ndjson'],
  ['a.ndjson', '{\n  "Name": "a"\n}', 'json'],
  ['-', '{\n  "records": [\n', 'json'],
  ['-', '{"status":0,"result":{"records":[{"Name":"a"}]}}\n', 'json'],
  ['a.json', 'Name,Site\na,1\n', 'csv'],
  ['a.json', '"Name","Site"\n', 'csv'],
  ['a.ndjson', 'Name,Site\na,1\n', 'csv'],
  ['a.csv.gz', '[{"Name":"a"}]', 'json'],
])('the content of %s counts, not its name: %j is %s', (name, start, format) => {
  expect(detectInputFormat(name, Buffer.from(start))).toBe(format);
});

it.each(['a.ndjson', 'a.jsonl.gz'])('a first line that is no record leaves %s what its name says', (name) => {
  expect(detectInputFormat(name, Buffer.from('oops\n{"Name":"a"}\n'))).toBe('ndjson');
  expect(detectInputFormat('a.csv', Buffer.from('oops\n{"Name":"a"}\n'))).toBe('csv');
});

it('tells the first character of UTF-16', () => {
  for (const bytes of [Buffer.from('\uFEFF[', 'utf16le'), Buffer.from('\uFEFF[', 'utf16le').swap16()]) {
    expect(detectInputFormat('-', bytes)).toBe('json');
  }
});

it('knows gzip by its first bytes', () => {
  expect(isGzip(gzipSync('x'))).toBe(true);
  expect(isGzip(Buffer.from('Id'))).toBe(false);
});
