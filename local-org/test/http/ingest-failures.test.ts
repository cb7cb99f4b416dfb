import { describe, expect, it } from 'vitest';
import type { Quirks } from '../../options.ts';
import { Client, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

type Outcome = { info: Json; rows: number; unprocessed: string; failed: string };

/** What becomes of a file in a new org that has one account. */
async function outcome(csv: string | Buffer, job: Json = {}, quirks: Partial<Quirks> = {}): Promise<Outcome> {
  await using org = await startOrg({ quirks });
  const client = new Client(org);
  const id = await client.load({ object: 'Account', operation: 'insert', ...job }, csv);
  return {
    info: (await client.ask(`GET jobs/ingest/${id}`)).json,
    rows: [...org.database.scan('Account')].length,
    unprocessed: (await client.ask(`GET jobs/ingest/${id}/unprocessedrecords`)).text,
    failed: (await client.ask(`GET jobs/ingest/${id}/failedResults`)).text,
  };
}

const unescaped =
  'InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote';
const lineEnding = (name: string): string =>
  `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${name}`;

describe('a failure of structure fails the whole job', () => {
  it.each([
    ['CRLF in a file said to be LF', 'Name\r\nA\r\n', {}, lineEnding('LF')],
    ['LF in a file said to be CRLF', 'Name\nA\n', { lineEnding: 'CRLF' }, lineEnding('CRLF')],
    [
      'one wrong line ending late in the file',
      `Name\n${'A\n'.repeat(300_000)}B\r\nC\n`,
      {},
      lineEnding('LF'),
    ],
    ['a quoted field with the other line ending', 'Name\n"A\r\nB"\n', {}, lineEnding('LF')],
    ['a quoted LF in a CRLF file', 'Name\r\n"A\nB"\r\n', { lineEnding: 'CRLF' }, lineEnding('CRLF')],
    ['an unknown column', 'Name,Nope,Nada\nA,1,2\n', {}, 'InvalidBatch : Field name not found : Nope'],
    [
      'the wrong delimiter',
      'Name;Industry\nA;B\n',
      {},
      'InvalidBatch : Field name not found : Name;Industry',
    ],
    [
      'a BOM before an unquoted header',
      '\uFEFFName\nA\n',
      {},
      'InvalidBatch : Field name not found : \uFEFFName',
    ],
    ['a BOM before a quoted header', '\uFEFF"Name"\n"A"\n', {}, unescaped],
    ['an unescaped quote', 'Name\nA\nB "x" C\n', {}, unescaped],
    ['text behind a closing quote', 'Name\n"A"B\n', {}, unescaped],
    ['an unescaped quote late in the file', `Name\n${'A\n'.repeat(30_000)}"B"x\n`, {}, unescaped],
    [
      'a quote that is never closed',
      'Name\n"A\nB\n',
      {},
      'InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote',
    ],
    [
      'columns besides Id in a delete',
      'Id,Name\n001000000000001AAA,x\n',
      { operation: 'delete' },
      "InvalidBatch : The 'delete' batch must contain only ids",
    ],
    [
      'an unknown relationship',
      'LastName,Accnt.Name\nA,B\n',
      { object: 'Contact' },
      'InvalidBatch : Unable to find relationship: Accnt',
    ],
    [
      'a parent of another kind named where there is one kind only',
      'Name,Account:Parent.External_Id__c\nA,B\n',
      {},
      'InvalidBatch : type is not needed for non polymorphic foreign key references: Parent',
    ],
    [
      'a header row of over 32,000 characters',
      `${'x'.repeat(32_001)}\nA\n`,
      {},
      'InvalidBatch : The header row is too long',
    ],
    [
      'over 5,000 columns',
      `${Array.from({ length: 5001 }, (_, index) => `C${index}`).join(',')}\nA\n`,
      {},
      'InvalidBatch : The header row is too long',
    ],
    ['the same column twice', 'Name,name\nA,B\n', {}, 'InvalidBatch : Duplicate column found : name'],
  ])('%s', async (_, csv, job, errorMessage) => {
    const { info, rows } = await outcome(csv, job);
    expect(info).toMatchObject({ state: 'Failed', numberRecordsProcessed: 0, numberRecordsFailed: 0 });
    expect(info.errorMessage).toBe(errorMessage);
    expect(rows).toBe(0);
  });

  it('is told with apostrophes escaped in JSON', async () => {
    await using org = await startOrg();
    const client = new Client(org);
    const id = await client.load(
      { object: 'Account', operation: 'delete' },
      'Id,Name\n001000000000001AAA,x\n',
    );
    const { text } = await client.ask(`GET jobs/ingest/${id}`);
    expect(text).toContain(String.raw`The \u0027delete\u0027 batch must contain only ids`);
  });

  it('leaves every row unprocessed as it was, or none, as chosen', async () => {
    const csv = 'Nope,"Name"\n1,"A"\n';
    expect((await outcome(csv)).unprocessed).toBe(csv);
    expect((await outcome(csv, {}, { unprocessedWhenNothingRan: 'none' })).unprocessed).toBe('Nope,"Name"\n');
  });
});

describe('what is uncertain can be chosen', () => {
  it('a foreign line ending inside quotes', async () => {
    const { info, rows } = await outcome('Name\n"A\r\nB"\n', {}, { foreignLineEndingInQuotes: 'accepted' });
    expect([info.state, rows]).toEqual(['JobComplete', 1]);
    expect((await outcome('Name\r\nA\r\n', {}, { foreignLineEndingInQuotes: 'accepted' })).info.state).toBe(
      'Failed',
    );
  });

  it('a row with too few or too many cells', async () => {
    const csv = 'Name,Industry\nA\nB,Banking\nC,Energy,3\n';
    const rows = await outcome(csv);
    expect(rows.info).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 3,
      numberRecordsFailed: 2,
    });
    expect(rows.failed).toContain('INVALID_FIELD:The row has 1 values, the header has 2 columns:--');
    expect((await outcome(csv, {}, { raggedRows: 'fails-job' })).info.state).toBe('Failed');
  });

  it('a column twice', async () => {
    expect((await outcome('Name,Name\nA,B\n', {}, { duplicateColumns: 'last-wins' })).info.state).toBe(
      'JobComplete',
    );
  });

  it('a parent that nobody has: its row fails, or the job with its whole batch', async () => {
    const csv = 'Name,Parent.External_Id__c\nA,\nB,nobody\n';
    const text = 'Foreign key external ID: nobody not found for field External_Id__c in entity Account';
    const rows = await outcome(csv);
    expect(rows.info).toMatchObject({ state: 'JobComplete', numberRecordsFailed: 1 });
    expect(rows.failed).toContain(`INVALID_FIELD:${text}:--`);
    const job = await outcome(csv, {}, { unresolvableParent: 'fails-job' });
    expect(job.info).toMatchObject({ state: 'Failed', errorMessage: `InvalidBatch : ${text}` });
    expect([job.rows, job.unprocessed]).toEqual([0, csv]);
  });

  it.each([
    ['never', 1],
    ['of-earlier-batches', 0],
  ] as const)('parents that the same file creates are found %s', async (parentsInSameFile, failed) => {
    await using org = await startOrg({ batchRows: 1, quirks: { parentsInSameFile } });
    const client = new Client(org);
    const csv = 'Name,External_Id__c,Parent.External_Id__c\nA,p,\nB,c,p\n';
    const id = await client.load({ object: 'Account', operation: 'insert' }, csv);
    expect(await org.job(id)).toMatchObject({ processed: 2, failed });
  });

  it('an unknown column is dropped from the load and from the results', async () => {
    const { info, rows, failed } = await outcome(
      'Nope,Name,Nada\n1,A,2\n1,,2\n',
      {},
      { unknownColumns: 'dropped' },
    );
    expect(info).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 2 });
    expect(rows).toBe(1);
    expect(failed).toMatch(/^"sf__Id","sf__Error",Name\n"","REQUIRED_FIELD_MISSING.*",""\n$/);
  });
});

describe('reading rows', () => {
  it('fails only the row for a space beside a quote', async () => {
    const { info, failed } = await outcome('Name,Industry\n"A" ,x\n "B",y\nC,z\n');
    expect(info).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 3, numberRecordsFailed: 2 });
    expect(failed).toContain('A space beside a double quote');
  });

  it('fails only the row of over 400,000 characters, and that with a value of over 131,072', async () => {
    const row = (name: string, ...lengths: number[]): string =>
      `${[name, ...lengths.map((length) => 'x'.repeat(length))].join(',')}\n`;
    const { info, failed } = await outcome(
      'Name,Description,BillingStreet,ShippingStreet,Site\n' +
        row('A', 100_000, 100_000, 100_000, 100_000) +
        row('B', 131_073, 1, 1, 1) +
        row('C', 1, 1, 1, 1),
    );
    expect(info).toMatchObject({ numberRecordsProcessed: 3, numberRecordsFailed: 2 });
    expect(failed.match(/INVALID_FIELD:.*?:--/g)?.sort()).toEqual([
      'INVALID_FIELD:A value is longer than 131072 characters:--',
      'INVALID_FIELD:The record is longer than 400,000 characters:--',
    ]);
  });

  it('fails the row with a value of over 32,000 characters where the org is as older guides say', async () => {
    await using older = await startOrg({ maxFieldCharacters: 32_000 });
    const id = await new Client(older).load(
      { object: 'Account', operation: 'insert' },
      `Name,Description\nA,${'x'.repeat(32_001)}\nB,${'x'.repeat(32_000)}\n`,
    );
    expect(await older.job(id)).toMatchObject({ processed: 2, failed: 1 });
  });

  it('takes a last row without a line ending, and skips blank lines', async () => {
    expect((await outcome('Name\nA\n\nB')).rows).toBe(2);
  });

  it('takes quotes, delimiters, newlines and any language, wherever chunks of the file end', async () => {
    await using org = await startOrg();
    const client = new Client(org);
    const cells = ['say "hi"', 'a,b', 'two\nlines', 'Zürich', '東京', '😀', '"', ',', 'x'.repeat(200)];
    const names = Array.from({ length: 12_000 }, (_, index) => `${index} ${cells[index % cells.length]!}`);
    const csv = `Name\n${names.map((name) => `"${name.replaceAll('"', '""')}"`).join('\n')}\n`;
    expect(Buffer.byteLength(csv)).toBeGreaterThan(256 * 1024);
    await client.load({ object: 'Account', operation: 'insert' }, csv);
    expect([...org.database.scan('Account')].map(({ Name }) => Name)).toEqual(names);
  });

  it('takes column names in any case', async () => {
    expect((await outcome('NAME,industry\nA,Banking\n')).rows).toBe(1);
  });
});
