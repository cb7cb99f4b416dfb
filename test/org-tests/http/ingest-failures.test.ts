import { describe, expect, it } from 'vitest';
import { startOrg } from '../../org/start.ts';
import type { Quirks } from '../../org/options.ts';
import { Client, type Json } from './client.ts';

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
    ['the same column twice', 'Name,name\nA,B\n', {}, 'InvalidBatch : Duplicate column found : name'],
  ])('%s', async (_, csv, job, errorMessage) => {
    const { info, rows } = await outcome(csv, job);
    expect(info).toMatchObject({ state: 'Failed', numberRecordsProcessed: 0, numberRecordsFailed: 0 });
    expect(info.errorMessage).toBe(errorMessage);
    expect(rows).toBe(0);
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
