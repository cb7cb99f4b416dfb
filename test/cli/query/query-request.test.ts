import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { queryRequest, type QueryFlags } from '../../../src/cli/query/query-request.js';
import type { Surroundings } from '../../../src/cli/query/query-format.js';
import { InputError, UsageError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const pipe: Surroundings = { isTerminal: false, isJson: false };
const terminal: Surroundings = { isTerminal: true, isJson: false };
const json: Surroundings = { isTerminal: false, isJson: true };

function flags(more: Partial<QueryFlags> = {}): QueryFlags {
  return {
    'all-fields': false,
    'all-rows': false,
    rest: false,
    typed: true,
    nested: false,
    bom: false,
    'plain-numbers': false,
    'column-delimiter': 'COMMA',
    'line-ending': 'LF',
    async: false,
    concurrency: 4,
    ...(more.sobject === undefined && more['query-file'] === undefined
      ? { query: 'SELECT Id FROM Account' }
      : {}),
    ...more,
  };
}

async function formatOf(more: Partial<QueryFlags>, surroundings = pipe): Promise<string> {
  const { plan } = await queryRequest(flags(more), surroundings);
  return plan.gzip === true ? `${plan.format}, compressed` : plan.format;
}

describe('the format', () => {
  test.each([
    ['a.csv', 'csv'],
    ['a.txt', 'csv'],
    ['a', 'csv'],
    ['a.json', 'json'],
    ['a.NDJSON', 'ndjson'],
    ['a.jsonl', 'ndjson'],
    ['a.parquet', 'parquet'],
    ['a.csv.gz', 'csv, compressed'],
    ['a.json.gz', 'json, compressed'],
    ['a.gz', 'csv, compressed'],
  ])('of %s is %s', async (name, format) => {
    expect(await formatOf({ 'output-file': join(await tempFolder(), name) }, terminal)).toBe(format);
  });

  test('is what was asked for, whatever the name', async () => {
    const outputFile = join(await tempFolder(), 'a.json.gz');
    expect(await formatOf({ 'output-file': outputFile, 'result-format': 'csv' })).toBe('csv, compressed');
  });

  test('on standard output is a table, CSV in a pipe, and JSON with --json', async () => {
    expect(await formatOf({}, terminal)).toBe('human');
    expect(await formatOf({}, pipe)).toBe('csv');
    expect(await formatOf({}, json)).toBe('json');
    expect(await formatOf({ 'result-format': 'human' }, json)).toBe('json');
  });
});

describe('what cannot be is refused', () => {
  test.each<[string, Partial<QueryFlags>, Surroundings, string]>([
    ['Parquet into a pipe', { 'result-format': 'parquet' }, pipe, 'needs a file'],
    ['a table into a file', { 'result-format': 'human', 'output-file': 'a' }, pipe, 'for the terminal'],
    ['CSV into the JSON', { 'result-format': 'csv' }, json, 'not as csv'],
    ['compressed Parquet', { 'output-file': 'a.parquet.gz' }, pipe, 'compressed inside'],
    ['nested CSV', { nested: true }, pipe, '--nested is for JSON'],
    ['JSON with a byte order mark', { bom: true, 'result-format': 'json' }, pipe, '--bom is for CSV'],
    ['a table of plain numbers', { 'plain-numbers': true }, terminal, '--plain-numbers is for CSV'],
    ['an object without fields', { sobject: 'Account' }, pipe, 'Which fields of Account?'],
    ['an empty query', { query: ' ' }, pipe, 'The query is empty'],
    ['a folder that is not there', { 'output-file': 'none/a.csv' }, pipe, 'There is no folder'],
  ])('%s', async (_, more, surroundings, message) => {
    const error = await failureOf(queryRequest(flags(more), surroundings));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
  });

  test('a file where a folder is, and a folder with something in it', async () => {
    const folder = await tempFolder();
    const asFile = await failureOf(queryRequest(flags({ 'output-file': folder }), pipe));
    expect(asFile.message).toContain('is a folder');
    await mkdir(join(folder, 'empty'));
    await queryRequest(flags({ 'output-dir': join(folder, 'empty') }), pipe);
    const taken = await failureOf(queryRequest(flags({ 'output-dir': folder }), pipe));
    expect(taken.message).toContain('not empty');
  });
});

describe('the query', () => {
  test('is read from a file, without a byte order mark, and keeps its lines', async () => {
    const path = join(await tempFolder(), 'q.soql');
    await writeFile(path, '\uFEFF\nSELECT Id\nFROM Account\n');
    const { source } = await queryRequest(flags({ 'query-file': path }), pipe);
    expect(source).toEqual({ soql: '\nSELECT Id\nFROM Account' });
  });

  test('may be in UTF-16 with comments, as PowerShell writes it', async () => {
    const path = join(await tempFolder(), 'a.soql');
    const text = "-- Größe\r\nSELECT Id /* all */\r\nFROM Account // accounts\r\nWHERE Name = 'http://x'\r\n";
    await writeFile(path, Buffer.from(`\ufeff${text}`, 'utf16le'));
    const { source } = await queryRequest(flags({ 'query-file': path }), pipe);
    expect(source).toEqual({ soql: " \r\nSELECT Id  \r\nFROM Account  \r\nWHERE Name = 'http://x'" });
  });

  test('is refused in Windows-1252, and with nothing but comments', async () => {
    const path = join(await tempFolder(), 'a.soql');
    await writeFile(path, Buffer.from("SELECT Id FROM Account WHERE Name = 'Größe'", 'latin1'));
    expect(await failureOf(queryRequest(flags({ 'query-file': path }), pipe))).toBeInstanceOf(InputError);
    await writeFile(path, '-- SELECT Id FROM Account\n');
    expect((await failureOf(queryRequest(flags({ 'query-file': path }), pipe))).message).toBe(
      'The query is empty.',
    );
  });

  test('can be an object with its fields and a condition', async () => {
    const fields = ['Id', 'Name'];
    const named = await queryRequest(flags({ sobject: 'Account', fields, where: 'Name != null' }), pipe);
    expect(named.source).toEqual({ object: 'Account', fields, where: 'Name != null' });
    const listed = await queryRequest(flags({ sobject: 'Account', fields: ['Id, Name', 'Phone'] }), pipe);
    expect(listed.source).toEqual({ object: 'Account', fields: ['Id', 'Name', 'Phone'] });
    const all = await queryRequest(flags({ sobject: 'Account', 'all-fields': true }), pipe);
    expect(all.source).toEqual({ object: 'Account' });
  });
});

test('waiting is to the end, to a number of minutes, or not at all', async () => {
  const waitOf = async (more: Partial<QueryFlags>) => (await queryRequest(flags(more), pipe)).wait;
  expect(await waitOf({})).toBe('end');
  expect(await waitOf({ wait: 2 })).toEqual({ timeoutMs: 120_000 });
  expect(await waitOf({ wait: 0 })).toEqual({ timeoutMs: 0 });
  expect(await waitOf({ async: true })).toBe('accepted');
});
