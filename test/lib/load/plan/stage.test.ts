import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { account, contact } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { excelWorkbook, textCellOf, workbookOfCells } from '../../../support/workbook.ts';
import { planOf, uploadsOf } from './support.ts';

const csv = 'Name,Site\nZürich,1\n"a, b",2\n';

test.each([
  ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${csv}`, 'utf16le'), {}],
  ['Windows-1252, as it was told to be', Buffer.from(csv, 'latin1'), { encoding: 'windows-1252' }],
  ['gzip', gzipSync(csv), {}],
  [
    'JSON',
    JSON.stringify([
      { Name: 'Zürich', Site: '1' },
      { Name: 'a, b', Site: '2' },
    ]),
    {},
  ],
  ['records, one a line', '{"Name":"Zürich","Site":"1"}\n{"Name":"a, b","Site":"2"}\n', {}],
  ['gzip of records', gzipSync('{"Name":"Zürich","Site":"1"}\n{"Name":"a, b","Site":"2"}\n'), {}],
])(
  'a file in %s is sent as CSV in UTF-8, from a file that goes with the run',
  async (_, content, reading) => {
    const { plan, store, runId } = await planOf({ input: content }, { reading });
    expect(await uploadsOf(plan)).toEqual([csv]);
    expect(plan.sources).toEqual([expect.objectContaining({ spooled: true, name: 'input' })]);
    await store.remove(runId);
    expect(await readdir(join(store.folder, 'runs'))).toEqual([]);
  },
);

test('a stream is kept, so that it can be read again', async () => {
  const stream = Readable.from([Buffer.from(csv.slice(0, 5)), Buffer.from(csv.slice(5))]);
  const { plan } = await planOf({}, { inputs: [{ name: 'standard input', stream }] });
  expect(await uploadsOf(plan)).toEqual([csv]);
  expect(await uploadsOf(plan)).toEqual([csv]);
});

test('all inputs that are no files, are missing or are empty are refused at once, before any is read', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'empty.csv'), '');
  const inputs = ['missing.csv', 'empty.csv', ''].map((name) => ({ name, path: join(folder, name) }));
  const refusal = await failureOf<InputError>(planOf({}, { inputs }));
  expect(refusal.problems.map(({ code }) => code)).toEqual(['FILE_NOT_FOUND', 'EMPTY_FILE', 'NOT_A_FILE']);
});

test.each([
  [
    'a tree file',
    'a.txt',
    '{"records":[{"attributes":{"type":"Account","referenceId":"AccountRef1"},"Name":"a"}]}',
  ],
  [
    'what the stock CLI prints',
    'a.csv',
    '{\n  "status": 0,\n  "result": { "records": [ { "Name": "a" } ] }\n}',
  ],
  ['an array in a file that is called CSV', 'a.csv', '[{"Name":"a"}]'],
])('%s is read for what it is', async (_, name, text) => {
  const { plan } = await planOf({ [name]: text });
  expect(await uploadsOf(plan)).toEqual(['Name\na\n']);
});

test('a list of child records is a column that is no field: refused by its name, or left out', async () => {
  const contents = {
    'a.json': '[{"Name":"a","Contacts":{"records":[{"LastName":"b"}]}},{"Name":"c","Contacts":null}]',
  };
  const object = {
    ...account,
    childRelationships: [{ relationshipName: 'Contacts', childSObject: 'Contact' }],
  };
  const request = { preflight: true };
  const refusal = await failureOf<InputError>(planOf(contents, request, [object]));
  expect(refusal.problems).toMatchObject([
    {
      code: 'UNKNOWN_COLUMN',
      column: 'Contacts',
      message: expect.stringContaining('into Contact from') as unknown,
    },
  ]);
  const { plan } = await planOf(contents, { ...request, columns: { ignoreUnknown: true } }, [object]);
  expect(await uploadsOf(plan)).toEqual(['Name\na\nc\n']);
});

test('a parent that is null in every record is no column of an insert, and not overlooked by an update', async () => {
  const attributes = { type: 'Contact', url: '/x' };
  const records = [
    { attributes, LastName: 'n1', Mother__r: null, Company__c: '001000000000001AAA', account: null },
  ];
  const contents = { 'a.json': JSON.stringify({ status: 0, result: { records, totalSize: 1, done: true } }) };
  const request = { object: 'Contact', preflight: true };
  const { plan } = await planOf(contents, request, [contact]);
  expect(await uploadsOf(plan)).toEqual(['LastName,Company__c\nn1,001000000000001AAA\n']);
  await expect(planOf(contents, { ...request, operation: 'update' }, [contact])).rejects.toThrow('AccountId');
  const other = { 'a.json': '[{"LastName":"n1","Company__c":null,"Nothing__r":null}]' };
  await expect(planOf(other, request, [contact])).rejects.toThrow('Nothing__r');
});

test.each(['[]', '{"records":[]}', '{"status":0,"result":{"records":[],"done":true}}', '[{},{}]'])(
  'no records in %s make a load of nothing, beside others too',
  async (text) => {
    const { plan } = await planOf({ 'a.json': text });
    expect(plan).toMatchObject({ rows: 0, parts: [], columns: [] });
    const both = await planOf({ 'a.json': text, 'b.csv': 'Name\na\n', 'c.json': text });
    expect(await uploadsOf(both.plan)).toEqual(['Name\na\n']);
    expect(both.plan.sources).toHaveLength(3);
  },
);

test.each([
  ['a.csv', ''],
  ['a.json', ''],
  ['a.csv', gzipSync('')],
])('%s of no byte, %o, is refused', async (name, content) => {
  const refusal = await failureOf<InputError>(planOf({ [name]: content }));
  expect(refusal.problems).toMatchObject([{ code: 'EMPTY_FILE' }]);
});

test('a stream without a byte is refused like an empty file', async () => {
  const inputs = [{ name: 'standard input', stream: Readable.from([]) }];
  const refusal = await failureOf<InputError>(planOf({}, { inputs }));
  expect(refusal.problems).toEqual([expect.objectContaining({ code: 'EMPTY_FILE', file: 'standard input' })]);
});

test('the sheet that is read is told, and that what is no workbook has none', async () => {
  const workbook = Buffer.from(excelWorkbook({ One: [['Name'], ['a']], Two: [['Name'], ['b']] }));
  const messages = async (sheet?: string): Promise<string[]> => {
    const { warnings } = await planOf({ 'a.xlsx': workbook, 'b.csv': 'Name\nc\n' }, { reading: { sheet } });
    return warnings.map(({ message }) => message);
  };
  expect(await messages()).toEqual(['a.xlsx: the sheet "One" is read. Others are not: Two.']);
  expect(await messages('Two')).toEqual([
    'b.csv is no Excel workbook: the sheet that was asked for is ignored.',
  ]);
});

test('an error in a cell is refused where its column is sent, and is not where it is ignored', async () => {
  const header = ['Name', 'Helper'].map((name, index) => textCellOf(`${'AB'[index]}1`, name));
  const row = [textCellOf('A2', 'a'), '<c r="B2" t="e"><v>#N/A</v></c>'];
  const files = { 'a.xlsx': Buffer.from(workbookOfCells(header, row)) };
  const refusal = await failureOf<InputError>(planOf(files, {}, [account]));
  expect(refusal.problems).toMatchObject([{ code: 'XLSX_CELL', row: 1, column: 'Helper' }]);
  const { plan } = await planOf(files, { columns: { ignoreUnknown: true } }, [account]);
  expect(await uploadsOf(plan)).toEqual(['Name\na\n']);
});
