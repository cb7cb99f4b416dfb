import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Answer = {
  status: number;
  result: LoadReport;
  data?: LoadReport;
  warnings?: string[];
  message?: string;
  actions?: string[];
};

let bench: Bench;

const update = ['update', '--sobject', 'Account', '--external-id', 'AccountNumber'];

beforeEach(async () => {
  bench = await openBench();
  bench.org.database.load('Account', [
    { Name: 'one', AccountNumber: 'A-1' },
    { Name: 'two', AccountNumber: 'A-2' },
    { Name: 'three', AccountNumber: 'A-3' },
    { Name: 'three again', AccountNumber: 'a-3' },
    { Name: 'without' },
  ]);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

async function names(): Promise<string[]> {
  return (await bench.org.records('Account')).map(({ Name }) => String(Name)).sort();
}

async function run(name: string, text: string, ...flags: string[]) {
  await writeFile(bench.file(name), text);
  const results = ['--file', name, '--results-dir', `of ${name}`];
  return bench.runJson<Answer>(...update, ...results, ...flags);
}

const text = 'AccountNumber,Name\nA-1,ONE\n a-2 ,TWO\nA-3,THREE\nA-4,FOUR\n';

test('records are updated by a key, none is created, and rows without a single match count as failed', async () => {
  const { code, answer } = await run('keys.csv', text);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ operation: 'update', successfulRecords: 2, failedRecords: 2 });
  expect(answer.result.errors.map(({ code: each, count }) => `${each} ${count}`)).toEqual([
    'DUPLICATE_EXTERNAL_ID 1',
    'NO_MATCH 1',
  ]);
  expect(answer.warnings).toEqual([
    '2 of 4 rows of keys.csv match no single Account by AccountNumber. They are not sent, and go into the failed-records file.',
  ]);
  expect(await names()).toEqual(['ONE', 'TWO', 'three', 'three again', 'without']);
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toBe(
    `"sf__Id","sf__Error","source__File","source__Row",Id,Name,AccountNumber
,DUPLICATE_EXTERNAL_ID: Several Account records have this AccountNumber.,keys.csv,3,,THREE,A-3
,NO_MATCH: No Account has this AccountNumber.,keys.csv,4,,FOUR,A-4
`,
  );
  const success = await readFile(answer.result.successFilePath ?? '', 'utf8');
  expect(success.split('\n').map((line) => line.split(',').slice(2).join())).toEqual([
    '"source__File","source__Row",Id,Name,AccountNumber',
    expect.stringMatching(/^keys\.csv,1,\w{18},ONE,A-1$/),
    expect.stringMatching(/^keys\.csv,2,\w{18},TWO, a-2 $/),
    '',
  ]);
});

test('a retry looks keys up again, as they are in the file of failed records now', async () => {
  const first = await run('again.csv', text);
  const path = first.answer.result.failedFilePath ?? '';
  const id = first.answer.result.jobId ?? '';
  const refused = await bench.runJson<Answer>('job', 'retry', '--id', id);
  expect(refused.code).toBe(2);
  expect(refused.answer.message).toMatch(/^Nothing was sent\. 2 of 2 rows still match no single Account/);

  bench.org.database.load('Account', [{ Name: 'four', AccountNumber: 'A-4' }]);
  await writeFile(path, (await readFile(path, 'utf8')).replace('THREE,A-3', 'THREE,A-9'));
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', id);
  expect(retry.code, JSON.stringify(retry.answer)).toBe(68);
  expect(retry.answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  expect(await names()).toContain('FOUR');
  expect(await readFile(retry.answer.result.failedFilePath ?? '', 'utf8')).toMatch(
    /\n,NO_MATCH: No Account has this AccountNumber\.,again\.csv,3,,THREE,A-9\n$/,
  );
});

test('a dry run tells how many rows match, and changes nothing', async () => {
  const { code, answer } = await run('dry.csv', text, '--dry-run');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({ plan: { rows: 2 }, failedRecords: 2 });
  expect(await names()).not.toContain('ONE');
});

test('a column of another name, several files, and NDJSON find their records, too', async () => {
  await writeFile(bench.file('more.csv'), 'No.,Name\nA-2,TWO\n');
  const two = await run('map.csv', 'No.,Name\nA-1,ONE\n', '--file', 'more.csv', '--map', 'No.=AccountNumber');
  expect(two.code, JSON.stringify(two.answer)).toBe(0);
  expect(await names()).toEqual(['ONE', 'TWO', 'three', 'three again', 'without']);
  const json = '{"AccountNumber":"A-1","Name":"json"}\n{"AccountNumber":"A-7","Name":"no"}\n';
  const { code, answer } = await run('rows.ndjson', json);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(await names()).toContain('json');
});

test.each([
  ['an empty cell', 'empty.csv', 'AccountNumber,Name\nA-1,ONE\n,NONE\n'],
  ['#N/A', 'null.csv', 'AccountNumber,Name\nA-1,ONE\n#N/A,NONE\n'],
  ['null', 'null.ndjson', '{"AccountNumber":"A-1","Name":"ONE"}\n{"AccountNumber":null,"Name":"NONE"}\n'],
])('a row whose key is %s matches no record, and the others are updated', async (_, name, input) => {
  const { code, answer } = await run(name, input);
  expect(code, JSON.stringify(answer)).toBe(68);
  const message = 'NO_MATCH: This row has no AccountNumber.';
  expect(answer.result.errors).toMatchObject([{ code: 'NO_MATCH', count: 1 }]);
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toContain(message);
  expect(await names()).toEqual(['ONE', 'three', 'three again', 'two', 'without']);
});

test('the id of a record that is written into a row without a single match counts in a retry', async () => {
  const { answer } = await run('ids.csv', text);
  const [, other] = (await bench.org.records('Account')).filter(({ AccountNumber }) =>
    /a-3/i.test(String(AccountNumber)),
  );
  const path = answer.result.failedFilePath ?? '';
  await writeFile(path, (await readFile(path, 'utf8')).replace(',3,,THREE', `,3,${String(other?.Id)},THREE`));
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', answer.result.jobId ?? '');
  expect(retry.answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  expect(await names()).toEqual(['ONE', 'THREE', 'TWO', 'three', 'without']);
});

test('a key that is no column, or no field, and ids beside it are told', async () => {
  const missing = await run('missing.csv', 'Site,Name\nx,ONE\n');
  expect(missing.code).toBe(2);
  expect(missing.answer.message).toContain('There is no column "AccountNumber", by which records are found.');
  const flags = ['--sobject', 'Account', '--external-id', 'AcountNumber'];
  const unknown = await bench.runJson<Answer>('update', '--file', 'missing.csv', ...flags);
  expect(unknown.answer.message).toContain('Account has no field "AcountNumber" to find records by.');
  const ids = await run('ids.csv', 'Id,AccountNumber,Name\n001000000000001AAA,A-1,ONE\n');
  expect(ids.code, JSON.stringify(ids.answer)).toBe(0);
  expect(ids.answer.warnings).toEqual([`Column "Id" isn't sent: records are found by AccountNumber.`]);
  expect(await names()).toContain('ONE');
});

test('keys that occur twice in the input are told with their rows', async () => {
  const { answer } = await run('twice.csv', 'AccountNumber,Name\nA-1,ONE\na-1,UNO\n');
  expect(answer.warnings?.join()).toMatch(/AccountNumber.*rows? 1.*2/s);
  const refused = await run(
    'twice.csv',
    'AccountNumber,Name\nA-1,ONE\na-1,UNO\n',
    '--duplicate-keys',
    'refuse',
  );
  expect(refused.code).toBe(2);
  const spelled = 'AccountNumber,Name\nA-1,ONE\n a-1 ,UNO\n';
  expect((await run('spelled.csv', spelled, '--duplicate-keys', 'refuse')).code).toBe(2);
});

test('a retry finds the record that the load has found, whatever form its keys were in', async () => {
  bench.org.database.load('Account', [
    { Name: 'decimal', AnnualRevenue: 1.234 },
    { Name: 'thousands', AnnualRevenue: 1234 },
  ]);
  const statusCode = 'FIELD_CUSTOM_VALIDATION_EXCEPTION';
  await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'fail-rows', column: 'Name', values: ['FOUND'], statusCode, message: 'Not now' },
  });
  await writeFile(bench.file('decimals.csv'), 'AnnualRevenue,Name\n"1.234",FOUND\n');
  const flags = ['--sobject', 'Account', '--external-id', 'AnnualRevenue', '--decimal-separator', ','];
  const first = await bench.runJson<Answer>('update', '--file', 'decimals.csv', ...flags);
  expect(first.code, JSON.stringify(first.answer)).toBe(68);
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', first.answer.result.jobId ?? '');
  expect(retry.code, JSON.stringify(retry.answer)).toBe(0);
  expect(await names()).toEqual(expect.arrayContaining(['FOUND', 'decimal']));
  expect(await names()).not.toContain('thousands');
});

test('a column that is not sent does not take the place of the key in the result files', async () => {
  await writeFile(bench.file('map.sdl'), 'No.=AccountNumber\nName=Name\n');
  const flags = ['--mapping-file', 'map.sdl', '--keep-columns'];
  const { answer } = await run('kept.csv', 'No.,AccountNumber,Name\nA-9,A-2,NINE\n', ...flags);
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toMatch(
    /Id,Name,AccountNumber,source__AccountNumber\n,NO_MATCH: [^,]+,kept\.csv,1,,NINE,A-9,A-2\n$/,
  );
});

test.each([
  ['a day that no month has', 'SLAExpirationDate__c', '2026-02-30'],
  ['a number that only JavaScript reads', 'NumberOfEmployees', '0x10'],
  ['what begins with an id', 'ParentId', 'PARENT-and-more'],
])('%s finds no record, also without a check', async (_, field, key) => {
  const [parent] = await bench.org.records('Account');
  const id = String(parent?.Id);
  bench.org.database.load('Account', [
    { Name: 'other', NumberOfEmployees: 16, ParentId: id, SLAExpirationDate__c: '2026-03-02' },
  ]);
  await writeFile(bench.file('odd.csv'), `${field},Name\n${key.replace('PARENT', id.slice(0, 15))},WRONG\n`);
  const flags = ['--sobject', 'Account', '--external-id', field, '--no-preflight'];
  const { code, answer } = await bench.runJson<Answer>('update', '--file', 'odd.csv', ...flags);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result.errors).toMatchObject([{ code: 'NO_MATCH', count: 1 }]);
  expect(await names()).not.toContain('WRONG');
});

test('the time to wait ends the reading of keys, too, and the job that reads them', async () => {
  await bench.org.faults.add({ endpoint: 'query.process', action: { kind: 'hold', when: 'before' } });
  const { code } = await run('slow.csv', text, '--wait', '0');
  expect(code).toBe(69);
  expect((await bench.org.jobs()).filter(({ kind }) => kind === 'query')).toMatchObject([
    { state: 'Aborted' },
  ]);
});
