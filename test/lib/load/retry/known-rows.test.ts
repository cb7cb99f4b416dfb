import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { noteLeftRows } from '../../../../src/lib/load/collect/left-rows.js';
import { readEditedFiles, type WrittenFile } from '../../../../src/lib/load/retry/edited-files.js';
import type { LoadPlan } from '../../../../src/lib/run/record.js';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { csvOf, failedLoad, fixed } from './support.ts';

const plan: LoadPlan = {
  operation: 'insert',
  object: 'Account',
  columnDelimiter: 'COMMA',
  lineEnding: 'LF',
  header: 'Name,Site',
  columns: ['Name', 'Site'],
  sources: [{ path: '/in.csv', name: 'in.csv', bytes: 1, mtimeMs: 1, spooled: false }],
  parts: [],
  rows: 9,
  concurrency: 1,
  resultsDir: '/',
};
const failedHeader = '"sf__Id","sf__Error","source__File","source__Row",Name,Site';
const failedRows = [',x,in.csv,2,b,', ',x,in.csv,4,d,1', 'NOT_SENT,x,in.csv,6,f,1'];
const unprocessedRows = ['g,1', 'h,1', 'i,1'];

/** Result files as a load has written them; what a person makes of them is read. */
async function leftLoad({ failed = failedRows, unprocessed = unprocessedRows } = {}) {
  const folder = await tempFolder();
  const files = {
    success: '',
    failed: join(folder, 'failed.csv'),
    unprocessed: join(folder, 'unprocessed.csv'),
  };
  const save = (kind: 'failed' | 'unprocessed', rows: readonly string[], header?: string) =>
    writeFile(
      files[kind],
      [header ?? (kind === 'failed' ? failedHeader : 'Name,Site'), ...rows, ''].join('\n'),
    );
  await save('failed', failed);
  await save('unprocessed', unprocessed);
  const rows = { success: 0, failed: failed.length, unprocessed: unprocessed.length };
  const path = join(folder, 'left-places');
  const left = await noteLeftRows(plan, { files, rows, path });
  const written = (['failed', 'unprocessed'] as const).map((kind): WrittenFile => ({
    kind,
    path: files[kind],
    rows: rows[kind],
  }));
  const read = () =>
    readEditedFiles({
      plan,
      files: written,
      left: left === undefined ? undefined : { ...left, path },
      describeOf: () => Promise.resolve(undefined),
      pathFor: (name) => join(folder, name),
      signal: undefined,
    });
  return { files, path, save, read, refusal: async () => (await failureOf<InputError>(read())).problems };
}

describe('of a file with places', () => {
  test('rows that were changed, put in another order or removed are taken', async () => {
    const { save, read } = await leftLoad();
    await save('failed', [',,in.csv,6,same,9', ',,in.csv,2,same,9']);
    expect(await read()).toMatchObject({ rows: 5 });
  });

  test.each([
    ['one that has succeeded', ',,in.csv,1,a,1', 'UNKNOWN_ROW'],
    ['one that no input has', ',,in.csv,4000000000,a,1', 'UNKNOWN_ROW'],
    ['one of another file', ',,other.csv,4,a,1', 'UNKNOWN_ROW'],
    ['one without a number', ',,in.csv,,g,1', 'PLACE_MISSING'],
    ['one whose number is none', ',,in.csv,"4,0",d,1', 'PLACE_MISSING'],
    ['one that is there twice', ',,in.csv,2,b,', 'ROW_TWICE'],
  ])('%s is refused, by its file and row', async (_, row, code) => {
    const { files, save, refusal } = await leftLoad();
    await save('failed', [failedRows[0]!, row, failedRows[2]!]);
    expect(await refusal()).toEqual([expect.objectContaining({ code, file: files.failed, row: 2 })]);
  });

  test('as many rows without a place are taken as the load could not place', async () => {
    const { files, save, read, refusal } = await leftLoad({
      failed: [failedRows[0]!, ',x,,,d,1', ',x,,,f,1'],
    });
    await save('failed', [failedRows[0]!, ',x,,,d,2', ',x,,,f,2']);
    expect(await read()).toMatchObject({ rows: 6 });
    await save('failed', [',x,,,b,2', ',x,,,d,2', ',x,,,f,2']);
    expect(await refusal()).toEqual([
      expect.objectContaining({ code: 'PLACE_MISSING', file: files.failed, row: 3, column: 'source__Row' }),
    ]);
  });

  test('a row is refused that is in the other file, too', async () => {
    const { files, save, refusal } = await leftLoad();
    await save('unprocessed', ['g,1,in.csv,7', 'b,,in.csv,2'], 'Name,Site,source__File,source__Row');
    expect(await refusal()).toEqual([
      expect.objectContaining({ code: 'UNKNOWN_ROW', file: files.unprocessed, row: 1 }),
      expect.objectContaining({ code: 'ROW_TWICE', file: files.unprocessed, row: 2 }),
    ]);
  });
});

describe('of files without places', () => {
  test.each([
    ['another of its file', ['g,1', '"g",1', 'i,1'], 'unprocessed'],
    ['one of the other file', ['g,1', 'd,1', 'i,1'], 'failed'],
  ] as const)('a row that was made equal to %s is refused', async (_, rows, other) => {
    const { files, save, refusal } = await leftLoad();
    await save('unprocessed', rows);
    const [problem] = await refusal();
    expect(problem).toMatchObject({ code: 'ROW_TWICE', file: files.unprocessed, row: 2 });
    expect(problem?.message).toContain(
      other === 'failed' ? `row 2 of ${files.failed}` : `row 1 of ${files.unprocessed}`,
    );
  });

  test('rows that are equal since the input has them so are taken, be they written anew by a spreadsheet', async () => {
    const { files, save, read, refusal } = await leftLoad({
      unprocessed: ['0012,1', '0012,1', 'i,1', 'k,1'],
    });
    expect(await read()).toMatchObject({ rows: 7 });
    await save('unprocessed', ['12;1', '12;1', 'i;1', 'k;1'], 'Name;Site');
    expect(await read()).toMatchObject({ rows: 7 });
    await save('unprocessed', ['0012,1', '0012,1', 'i,1', 'i,1']);
    expect(await refusal()).toContainEqual(expect.objectContaining({ file: files.unprocessed, row: 4 }));
  });

  test('rows that are equal but for a column that was removed are taken', async () => {
    const { save, read } = await leftLoad();
    await save('unprocessed', ['1', '1', '1'], 'Site');
    expect(await read()).toMatchObject({ rows: 6 });
  });

  test('the columns of places may be removed, and what was not equal stays so', async () => {
    const { save, read, refusal } = await leftLoad();
    await save('failed', ['b,1', 'd,1', 'f,1'], 'Name,Site');
    expect(await read()).toMatchObject({ rows: 6 });
    await save('failed', ['b,1', 'd,1', 'b,1'], 'Name,Site');
    expect(await refusal()).toEqual([expect.objectContaining({ code: 'ROW_TWICE', row: 3 })]);
  });
});

test('where the note of the places is gone, a row may still be there only once', async () => {
  const { path, save, read, refusal } = await leftLoad();
  await appendFile(path, 'x');
  await save('failed', [',,in.csv,1,a,1', failedRows[1]!, failedRows[2]!]);
  expect(await read()).toMatchObject({ rows: 6 });
  await save('failed', [failedRows[1]!, failedRows[1]!]);
  expect(await refusal()).toEqual([expect.objectContaining({ code: 'ROW_TWICE', row: 2 })]);
});

test('a retry sends nothing when a row that has succeeded stands in the place of one that failed', async () => {
  const { failedPath, rows, retry, org } = await failedLoad();
  const [first, ...others] = fixed(rows);
  await writeFile(failedPath, csvOf([{ ...first, Name: 'row 2', source__Row: '3' }, ...others]));
  const refusal = await failureOf<InputError>(retry());
  expect(refusal.problems).toEqual([
    expect.objectContaining({ code: 'UNKNOWN_ROW', file: failedPath, row: 1 }),
  ]);
  expect(await org.jobs()).toHaveLength(1);
});

test('the rows of a retry are known as well', async () => {
  const { failedPath, retry, library } = await failedLoad();
  await retry();
  const [again] = await library.store.list();
  const noted = await readFile(library.store.pathFor(again!.runId, 'left-places'), 'latin1');
  expect(noted).toMatch(/^\["a\.csv"\]\n/);
  expect(noted).toHaveLength('["a.csv"]\n'.length + 4 * 8);
  expect(await readFile(failedPath, 'utf8')).toContain('row 1');
});
