import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { restApi } from '../../../../src/lib/api/rest.js';
import { describer } from '../../../../src/lib/describe/describe.js';
import { InputError, UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { startLoad } from '../../../../src/lib/load/load.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import { retryLoad } from '../../../../src/lib/load/retry-load.js';
import { RunLockedError } from '../../../../src/lib/run/errors.js';
import { openLibrary, placeOf } from '../../../faults/library.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { insertRequest } from '../../../support/insert-request.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { csvOf, failedLoad, fixed, names, tooLong, type Row } from './support.ts';

const withCrlf = (rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, Description: row.Description?.replaceAll('\n', '\r\n') ?? '' }));

const saves: Record<string, (rows: readonly Row[]) => string | Buffer> = {
  'with a byte order mark and quotes dropped': (rows) => `\uFEFF${csvOf(rows)}`,
  'with semicolons and CRLF': (rows) => csvOf(rows, { delimiter: ';', newline: '\r\n' }),
  'with CRLF in its values too': (rows) => csvOf(withCrlf(rows), { newline: '\r\n' }),
  'with a line that names its delimiter': (rows) =>
    `sep=;\r\n${csvOf(rows, { delimiter: ';', newline: '\r\n' })}`,
  'with tabs': (rows) => csvOf(rows, { delimiter: '\t' }),
  'as Unicode text, in UTF-16 with tabs': (rows) =>
    Buffer.from(`\uFEFF${csvOf(rows, { delimiter: '\t', newline: '\r\n' })}`, 'utf16le'),
  'with its columns in another order': (rows) =>
    csvOf(rows, {
      columns: ['Description', 'source__Row', 'Name', 'sf__Error', 'AccountNumber', 'sf__Id', 'source__File'],
    }),
  'without the columns of the tool': (rows) =>
    csvOf(rows, { columns: ['Name', 'AccountNumber', 'Description'] }),
  'with every value quoted': (rows) => csvOf(rows, { quotes: true }),
  'with trailing columns that have no name': (rows) =>
    csvOf(
      rows.map((row) => ({ ...row, ' ': '', '': '' })),
      { columns: [...Object.keys(rows[0]!), ' ', ''] },
    ),
  'with blank lines, and a row that only has commas': (rows) => `${csvOf(rows)},,,,,,\n\n`,
};

describe('a retry sends what a person has fixed in the file of failed records', () => {
  test.each(Object.entries(saves))('when it was saved %s', async (_, save) => {
    const { failedPath, rows, retry, records, warnings } = await failedLoad();
    await writeFile(failedPath, save(fixed(rows)));
    const status = await retry();
    expect(status).toMatchObject({ successful: 4, failed: 0, unprocessed: 0 });
    const numbers = new Map(rows.map(({ Name = '' }, at) => [Name, `fixed ${at}`]));
    expect(await records()).toEqual(
      names.map((name, row) => [name, numbers.get(name) ?? String(row)]).sort(),
    );
    expect(warnings).toEqual([]);
  });

  test('with its places in the input, wherever its columns are', async () => {
    const { failedPath, rows, retry } = await failedLoad();
    const halfFixed = fixed(rows).map((row) =>
      row.Name === 'row 7' ? { ...row, AccountNumber: tooLong } : row,
    );
    await writeFile(failedPath, csvOf(halfFixed, { columns: Object.keys(halfFixed[0]!).reverse() }));
    const { files } = (await retry())!;
    const [left] = parse<Row>(await readFile(files?.failed ?? ''), { columns: true });
    expect(left).toMatchObject({ Name: 'row 7', source__File: 'a.csv', source__Row: '8' });
  });

  test('with a column that was added, and without one that was removed', async () => {
    const { failedPath, rows, retry, org, warnings } = await failedLoad();
    const columns = ['Name', 'AccountNumber', 'Site'];
    await writeFile(
      failedPath,
      csvOf(
        fixed(rows).map((row) => ({ ...row, Site: `of ${row.Name}` })),
        { columns },
      ),
    );
    expect(await retry()).toMatchObject({ successful: 4 });
    const sites = (await org.records('Account')).map(({ Site }) => Site);
    expect(sites).toContain('of row 4');
    expect(warnings.join()).toContain('Description');
  });
});

test('columns that set one field are refused, and nothing is sent', async () => {
  const { failedPath, rows, retry, org } = await failedLoad();
  const add = (more: Row): Promise<void> =>
    writeFile(failedPath, csvOf(fixed(rows).map((row) => ({ ...row, ...more }))));
  await add({ ParentId: '', 'Parent.External_Id__c': '' });
  const refusal = await failureOf<InputError>(retry());
  expect(refusal.problems).toEqual([
    expect.objectContaining({ code: 'DUPLICATE_COLUMN', file: failedPath, column: 'Parent.External_Id__c' }),
  ]);
  expect(refusal.message).toContain('More than one column sets "ParentId"');
  expect(await org.jobs()).toHaveLength(1);
  await add({ 'Parent.External_Id__c': '' });
  expect(await retry()).toMatchObject({ successful: 4 });
});

describe('of the rows of a result file', () => {
  test('those that a person removed are not sent, and it is said that they stay failed', async () => {
    const { failedPath, rows, retry, warnings } = await failedLoad();
    await writeFile(failedPath, csvOf(fixed(rows).slice(1)));
    expect(await retry()).toMatchObject({ successful: 3, failed: 0 });
    expect(warnings).toEqual([expect.stringMatching(/1 of 4 failed rows.*stays failed/)]);
  });

  test('none is sent when there are more than the load has put there', async () => {
    const { failedPath, rows, retry, org } = await failedLoad();
    await writeFile(failedPath, csvOf([...fixed(rows), { Name: 'new', AccountNumber: '1' }]));
    const refusal = await failureOf<UsageError>(retry());
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal.message).toContain('5 rows');
    expect(refusal.actions.join()).toContain('sf bulk2 insert --sobject Account --file');
    expect(await org.jobs()).toHaveLength(1);
  });

  test('none is sent when one is there twice', async () => {
    const { failedPath, rows, retry, org } = await failedLoad();
    const [first, second, third] = fixed(rows);
    await writeFile(failedPath, csvOf([first!, second!, third!, first!]));
    const refusal = await failureOf<InputError>(retry());
    expect(refusal.problems).toEqual([expect.objectContaining({ file: failedPath, row: 4 })]);
    expect(refusal.message).toContain('Row 2 of a.csv');
    expect(await org.jobs()).toHaveLength(1);
  });

  test('none is sent when all were removed', async () => {
    const { failedPath, retry, org } = await failedLoad();
    await writeFile(failedPath, 'sf__Id,sf__Error,source__File,source__Row,Name,AccountNumber,Description\n');
    expect(await failureOf(retry())).toBeInstanceOf(UsageError);
    expect(await org.jobs()).toHaveLength(1);
  });

  test('what is wrong with one is said by file, row and column, and nothing is left in the state folder', async () => {
    const { failedPath, retry, org } = await failedLoad();
    await writeFile(failedPath, 'Name,AccountNumber\nrow 1,2\n"row 4,5\n');
    const refusal = await failureOf<InputError>(retry());
    expect(refusal.problems[0]).toMatchObject({ file: failedPath, row: 2, column: 'Name' });
    expect(await org.jobs()).toHaveLength(1);
  });
});

test('a column of notes is told and not sent, and one that is nearly a field is refused with the name of the file', async () => {
  const { failedPath, rows, retry, warnings, org } = await failedLoad();
  await writeFile(failedPath, csvOf(rows.map((row) => ({ ...row, Websit: 'a.example' }))));
  const refusal = await failureOf<InputError>(retry());
  expect(refusal.problems).toEqual([expect.objectContaining({ file: failedPath, column: 'Websit' })]);
  await writeFile(failedPath, csvOf(fixed(rows).map((row) => ({ ...row, Remarks: 'call them' }))));
  expect(await retry()).toMatchObject({ successful: 4, failed: 0 });
  expect(warnings).toEqual([expect.stringContaining("no fields of Account, and aren't sent: Remarks")]);
  const [, job] = await org.jobs();
  expect(await readFile(job!.content!.path, 'utf8')).toMatch(/^Name,AccountNumber,Description\n/);
});

test('values in the form of the place are converted as the load has done, and others stay as they are', async () => {
  const formats = { dates: ['dd.MM.yyyy', 'yyyy-dd-MM'], decimalSeparator: ',' } as const;
  const { failedPath, rows, retry, warnings, org } = await failedLoad({ columns: { formats } });
  const days = ['31.12.2026', '2026-05-04', '', '2026-12-31'];
  const sums = ['1.234,50 ', '1234.5', '1.234', '-7'];
  const edited = fixed(rows).map((row, at) => ({
    ...row,
    SLAExpirationDate__c: days[at] ?? '',
    AnnualRevenue: sums[at] ?? '',
  }));
  await writeFile(failedPath, csvOf(edited, { delimiter: ';', newline: '\r\n' }));
  expect(await retry()).toMatchObject({ successful: 4, failed: 0 });
  const [, job] = await org.jobs();
  const sent = parse<Row>(await readFile(job!.content!.path, 'utf8'), { columns: true });
  expect(sent.map((row) => row.SLAExpirationDate__c)).toEqual(['2026-12-31', '2026-05-04', '', '2026-12-31']);
  expect(sent.map((row) => row.AnnualRevenue)).toEqual(['1234.50', '1234.5', '1.234', '-7']);
  expect(sent[0]?.Description).toBe('a "b", c\nd');
  expect(warnings).toEqual([
    expect.stringMatching(/^Dates such as 2026-05-04 in SLAExpirationDate__c are sent as they are/),
    expect.stringMatching(/^Numbers such as 1\.234 in AnnualRevenue are sent as they are/),
  ]);
});

describe('a result file that is not in UTF-8', () => {
  const umlauts = (rows: readonly Row[]): string =>
    csvOf(
      fixed(rows).map((row) => ({ ...row, AccountNumber: 'Zoë' })),
      { delimiter: ';', newline: '\r\n' },
    );

  test('is refused with a flag to add, and read with that flag', async () => {
    const { failedPath, rows, retry, library, records } = await failedLoad();
    await writeFile(failedPath, umlauts(rows), 'latin1');
    const refusal = await failureOf<InputError>(retry());
    expect(refusal.problems[0]).toMatchObject({ code: 'INVALID_UTF8', file: failedPath, row: 1 });
    expect(refusal.actions.join()).toContain(
      'Add the encoding in which the value reads right: --encoding windows-1252',
    );
    expect(await retry(library, { encoding: 'windows-1252' })).toMatchObject({ successful: 4, failed: 0 });
    expect((await records()).filter(([, number]) => number === 'Zoë')).toHaveLength(4);
  });

  test('does not make another encoding of one that is', async () => {
    const { failedPath, rows, retry, library, records } = await failedLoad();
    await writeFile(failedPath, umlauts(rows));
    expect(await retry(library, { encoding: 'windows-1252' })).toMatchObject({ successful: 4, failed: 0 });
    expect((await records()).filter(([, number]) => number === 'Zoë')).toHaveLength(4);
  });

  test('in an encoding that nobody knows is refused', async () => {
    const { retry, library } = await failedLoad();
    expect(await failureOf(retry(library, { encoding: 'klingon' }))).toBeInstanceOf(UsageError);
  });
});

test('a folder in the place of a result file is refused by its path', async () => {
  const { failedPath, retry } = await failedLoad();
  await rm(failedPath);
  await mkdir(failedPath);
  const refusal = await failureOf<InputError>(retry());
  expect(refusal.problems).toEqual([expect.objectContaining({ code: 'NOT_A_FILE', file: failedPath })]);
});

test('a result file that was moved is named, with what can be done', async () => {
  const { failedPath, retry } = await failedLoad();
  await rename(failedPath, `${failedPath}.old`);
  const refusal = await failureOf<UsageError>(retry());
  expect(refusal.message).toContain(failedPath);
  expect(refusal.actions.join('\n')).toMatch(
    /Put it back[^]*--failed-file[^]*sf bulk2 job results --id 750[^]*insert --sobject Account/,
  );
});

test('a retry of rows that nobody has touched sends the bytes that were loaded, not those of the results', async () => {
  const { rows, retry, org } = await failedLoad();
  expect(rows[0]).toMatchObject({ Description: 'a "b", c\nd', AccountNumber: tooLong });
  expect(await retry()).toMatchObject({ successful: 0, failed: 4 });
  const [, job] = await org.jobs();
  const sent = await readFile(job!.content!.path, 'utf8');
  expect(sent).toContain(`row 1,${tooLong},"a ""b"", c\nd"\n`);
});

test('a retry leaves no copy of the rows in the state folder, whether they have succeeded or not', async () => {
  const { failedPath, rows, retry, stateFiles } = await failedLoad();
  await writeFile(failedPath, Buffer.from(`\uFEFF${csvOf(rows, { delimiter: '\t' })}`, 'utf16le'));
  expect(await retry()).toMatchObject({ failed: 4 });
  expect((await stateFiles()).filter((name) => !/\.(?:journal|left-places)$/.test(name))).toEqual([]);
});

test('of two retries of one load at the same time, one is refused', async () => {
  const { failedPath, rows, retry, records } = await failedLoad();
  await writeFile(failedPath, csvOf(fixed(rows)));
  const outcomes = await Promise.allSettled([retry(), retry()]);
  const refusals = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  expect(refusals).toHaveLength(1);
  expect(refusals[0]).toBeInstanceOf(RunLockedError);
  expect(await records()).toHaveLength(12);
  await rm(failedPath);
});

test('the id of a record serves as Id when the file has no column of that name', async () => {
  const { failedPath, rows, retry, org } = await failedLoad();
  await writeFile(failedPath, csvOf(fixed(rows)));
  await retry();
  const ids = (await org.records('Account')).map(({ Id }) => String(Id)).slice(0, 4);
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  const path = join(folder, 'ids.csv');
  await writeFile(path, csvOf(ids.map((Id, at) => ({ Id, AccountNumber: at < 2 ? tooLong : '1' }))));
  const events = new Events<LoadEvents>();
  const request = { ...insertRequest(path, folder), operation: 'update' } as const;
  const { files } = await startLoad(
    await planLoad(request, library, events),
    { events, wait: 'end' },
    library,
  );
  const columns = ['sf__Id', 'AccountNumber'];
  const left = parse<Row>(await readFile(files?.failed ?? ''), { columns: true });
  await writeFile(files?.failed ?? '', csvOf(fixed(left), { columns }));
  const run = (await library.store.list())[0]!;
  const options = {
    events,
    wait: 'end',
    describeOf: describer(restApi(library.api)),
    onPlanned: () => undefined,
  } as const;
  expect(await retryLoad(run, options, library)).toMatchObject({ successful: 2, failed: 0 });
  await library.close();
});
