import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { textCellOf, workbookOfCells } from '../../../support/workbook.ts';
import { planOf, uploadsOf } from './support.ts';

const object = fakeObject('Account', '001', [
  fakeField('Name', { nillable: false }),
  fakeField('Count__c', { type: 'int' }),
  fakeField('Site'),
]);
const aside = { preflight: true, setAsideInvalid: true } as const;

async function setAsideOf({ setAside }: { readonly setAside?: { readonly path: string } }): Promise<string> {
  return setAside === undefined ? '' : readFile(setAside.path, 'utf8');
}

describe('rows with bytes that are no text', () => {
  const text = (...bytes: number[]) =>
    Buffer.concat([Buffer.from('Name,Count__c\na,1\n'), Buffer.from(bytes), Buffer.from('b,2\nc,3\n')]);

  test.each([
    ['one that is not UTF-8', text(0xe9), {}, 'The byte 0xE9 \\(byte 1 of the record\\) is not UTF-8.'],
    ['a NUL beside one', text(0, 0xff), {}, 'There is a NUL byte.|The byte 0xFF'],
    ['one that the encoding does not know', text(0xa0), { encoding: 'shift_jis' }, 'not text in shift_jis.'],
    [
      'half of a character in UTF-16, which is found without being told',
      Buffer.from('Name,Count__c\na,1\n\ud83db,2\nc,3\n', 'utf16le'),
      {},
      'not text in utf-16le.',
    ],
  ])('are set aside, and others are sent: %s', async (_, content, reading, reason) => {
    const { plan } = await planOf({ 'a.csv': content }, { ...aside, reading }, [object]);
    expect((await uploadsOf(plan)).join('')).toBe('Name,Count__c\na,1\nc,3\n');
    expect(await setAsideOf(plan)).toMatch(
      new RegExp(`(?:${reason}).* The line is: \uFFFD+b,2",a.csv,2,,\n$`),
    );
    const again = await planOf({ 'b.csv': await setAsideOf(plan) }, { ...aside, preflight: false }, [object]);
    expect(again.plan.rows).toBe(0);
  });

  test('are found in any row, wherever the file is cut while it is read', async () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `n${at},${at}`);
    const bad = new Set([0, 1, 7, 29_999, 30_000, 59_999]);
    const content = Buffer.concat([
      Buffer.from('Name,Count__c\n'),
      ...lines.flatMap((line, at) => [Buffer.from(bad.has(at) ? [0xc3] : []), Buffer.from(`${line}\n`)]),
    ]);
    const { plan } = await planOf({ 'a.csv': content }, aside, [object]);
    expect((await uploadsOf(plan)).join('')).toBe(
      ['Name,Count__c', ...lines.filter((_, at) => !bad.has(at)), ''].join('\n'),
    );
    expect(plan).toMatchObject({ rows: 59_994, setAside: { rows: 6 } });
  });

  test('are refused by their row in UTF-16, too, half a character at the end included', async () => {
    const rows = Buffer.from('Name,Count__c\na,1\nb\ude00,2\nc,3', 'utf16le');
    const refusal = await failureOf<InputError>(planOf({ 'a.csv': rows }, {}, [object]));
    expect(refusal.message).toContain(
      'a.csv, row 2, column Name: There are bytes that are not text in utf-16le',
    );
    const cut = Buffer.from('Name,Count__c\na,1\nb,2', 'utf16le').subarray(0, -1);
    const cutRefusal = await failureOf<InputError>(planOf({ 'a.csv': cut }, {}, [object]));
    expect(cutRefusal.message).toContain('a.csv, row 2, column Count__c: There are bytes that are not text');
  });

  test.each([
    ['a.csv', text(0xe9)],
    ['a.csv.gz', gzipSync(text(0xe9))],
  ])('are refused without the flag, with the encodings that they may be in: %s', async (name, content) => {
    const refusal = await failureOf<InputError>(planOf({ [name]: content }, {}, [object]));
    expect(refusal.actions.join()).toMatch(/--encoding windows-1252.*--set-aside-invalid/);
    expect(refusal.actions.join().split('--set-aside-invalid')).toHaveLength(2);
  });

  test('are refused with more than so many problems of a stream, of which the way out is named', async () => {
    const rows = `Name,Count__c\n${'a,1,2\n'.repeat(30)}`;
    const refusal = await failureOf<InputError>(planOf({ 'a.csv.gz': gzipSync(rows) }, {}, [object]));
    expect(refusal.problems).toHaveLength(20);
    expect(refusal.actions.join()).toContain('--set-aside-invalid');
  });
});

describe('records that cannot be read', () => {
  test.each([
    ['a.ndjson', ['{"Name":"b"', '[1]', 'b,2', '{"Name":"c}', '{"errorCode":"E","message":"m"}']],
    ['a.json', ['{"Name":b}', '[1]', 'null', '"b"', '{"Name":"b",}', '{"errorCode":"E","message":"m"}']],
  ])('are set aside with their text, and have no cells: %s', async (name, faulty) => {
    const good = (at: number) => `{"Name":"n${at}","Count__c":${at}}`;
    const records = [...faulty.flatMap((each, at) => [each, good(at)]), '{"Name":"x","Count__c":"y"}'];
    const content = name === 'a.json' ? `[${records.join(',\n')}]` : records.join('\n');
    const { plan, warnings } = await planOf({ [name]: content }, aside, [object]);
    expect((await uploadsOf(plan)).join('')).toBe(
      ['Name,Count__c', ...faulty.map((_, at) => `n${at},${at}`), ''].join('\n'),
    );
    expect(plan).toMatchObject({ rows: faulty.length, setAside: { rows: faulty.length + 1 } });
    const rows = (await setAsideOf(plan)).trimEnd().split('\n').slice(1);
    for (const [at, text] of faulty.entries()) {
      expect(rows[at]).toMatch(/^,"?NOT_SENT: The record .*, and|^,"?NOT_SENT: The record .*is /);
      expect(rows[at]).toContain(`The text is: ${text.replaceAll('"', '""')}`);
      expect(rows[at]).toMatch(new RegExp(`,${name},${2 * at + 1},,$`));
    }
    expect(rows.at(-1)).toMatch(new RegExp(`,${name},${records.length},x,y$`));
    expect(warnings.map(({ message }) => message).join()).toContain(`${faulty.length + 1} invalid rows`);
  });

  test('may come from a stream, compressed, with columns that are not sent', async () => {
    const content = gzipSync('{"Note":"x","Name":"a"}\n{"Note":\n{"Note":"y","Name":"b"}\n');
    const inputs = [{ name: 'standard input', stream: Readable.from([content]) }];
    const columns = { mapping: parseMapRules(['Note=']) };
    const { plan } = await planOf({}, { ...aside, columns, inputs }, [object]);
    expect((await uploadsOf(plan)).join('')).toBe('Name\na\nb\n');
    expect(plan).toMatchObject({ rows: 2, setAside: { rows: 1 } });
  });

  test.each([
    ['where it is not certain where one ends', '[{"Name":"a},{"Name":"b"},{"Name":"c"}]', /certain where/],
    ['where another may be in one', '[{"Name":{"x":1},{"Name":"b"}},{"Name":"c"}]', /certain where/],
    ['where none can be read', '[{"message":"m","errorCode":"E"}]', /^$/],
  ])('refuse the file %s', async (_, content, action) => {
    const refusal = await failureOf<InputError>(planOf({ 'a.json': content }, aside, [object]));
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal.actions.join()).toMatch(action);
  });

  test.each(['a.json', 'a.ndjson'])('are refused without the flag, which is named: %s', async (name) => {
    const content = name === 'a.json' ? '[{"Name":"a"},1]' : '{"Name":"a"}\n1\n';
    const refusal = await failureOf<InputError>(planOf({ [name]: content }, {}, [object]));
    expect(refusal.actions.join()).toContain('--set-aside-invalid');
  });
});

describe('cells of workbooks with errors', () => {
  const cells = (row: number, name: string, sum: string) => [textCellOf(`A${row}`, name), sum];
  const workbook = workbookOfCells(
    [textCellOf('A1', 'Name'), textCellOf('B1', 'Count__c')],
    cells(2, 'a', '<c r="B2"><v>1</v></c>'),
    cells(3, 'b', '<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
    [],
    cells(5, '#N/A', '<c r="B5" t="e"><v>#N/A</v></c>'),
    cells(6, 'c', '<c r="B6"><v>3</v></c>'),
    ['<c r="B7" t="e"><v>#REF!</v></c>'],
    ['<c r="B8"><f>A1</f></c>'],
  );

  test('set their rows aside, with the error for a text', async () => {
    const { plan } = await planOf({ 'a.xlsx': Buffer.from(workbook) }, aside, [object]);
    expect((await uploadsOf(plan)).join('')).toBe('Name,Count__c\na,1\nc,3\n');
    const rows = (await setAsideOf(plan)).trimEnd().split('\n').slice(1);
    expect(rows).toEqual([
      ',"NOT_SENT: Count__c: Cell B3 of the sheet ""Records"" is the error #DIV/0!.",a.xlsx,2,b,NOT_SENT: #DIV/0!',
      ',"NOT_SENT: Count__c: Cell B5 of the sheet ""Records"" is the error #N/A.",a.xlsx,4,#N/A,NOT_SENT: #N/A',
      ',"NOT_SENT: Count__c: Cell B7 of the sheet ""Records"" is the error #REF!.",a.xlsx,6,,NOT_SENT: #REF!',
      ',"NOT_SENT: Count__c: Cell B8 of the sheet ""Records"" has a formula without a stored result.",a.xlsx,7,,NOT_SENT: no result',
    ]);
  });

  test('refuse the file in its header, and without the flag, which is named', async () => {
    const broken = workbookOfCells(['<c r="A1" t="e"><v>#REF!</v></c>'], [textCellOf('A2', 'a')]);
    const refusalOf = (bytes: Uint8Array, request: object) =>
      failureOf<InputError>(planOf({ 'a.xlsx': Buffer.from(bytes) }, request, [object]));
    expect((await refusalOf(broken, aside)).message).toContain('Cell A1');
    expect((await refusalOf(workbook, {})).actions.join()).toContain('--set-aside-invalid');
  });
});

test('times of a Parquet file that no date can hold set their rows aside', async () => {
  const content = parquetWriteBuffer({
    columnData: [
      { name: 'Name', data: ['a', 'b'] },
      { name: 'Site', data: [0n, 9_000_000_000_000_000_000n] },
    ],
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'Name', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
      {
        name: 'Site',
        type: 'INT64',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
      },
    ],
  });
  const { plan } = await planOf({ 'a.parquet': Buffer.from(content) }, aside, [object]);
  expect((await uploadsOf(plan)).join('')).toBe('Name,Site\na,1970-01-01T00:00:00.000Z\n');
  expect(await setAsideOf(plan)).toMatch(/Site is not a valid date.*,a.parquet,2,b,/);
});
