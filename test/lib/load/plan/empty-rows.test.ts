import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellText } from '../../../../src/lib/csv/cells.js';
import { sourceRowsOf } from '../../../../src/lib/load/collect/source-rows.js';
import type { LoadPlan } from '../../../../src/lib/run/record.js';
import { account } from '../../describe/fake-describe.ts';
import { planOf, uploadsOf } from './support.ts';
import { examples } from '../../../support/sampled.ts';

/** The first cell of each row that is sent, with the number that it has in its file. */
async function numbersOf(plan: LoadPlan): Promise<Array<[string, number]>> {
  const rows: Array<[string, number]> = [];
  for (const part of plan.parts) {
    await sourceRowsOf(plan, part).scan((record, _, row) => rows.push([cellText(record, 0), row]));
  }
  return rows;
}

describe('records whose cells are all empty', () => {
  test.each([
    ['behind the rows', 'Name,Site\na,1\nb,2\n,\n,\n,', 3, false],
    ['between the rows', 'Name,Site\na,1\n,\nb,2\n', 1, true],
    ['before the rows', 'Name,Site\n,\n"",""\na,1\nb,2\n', 2, true],
    ['with more or fewer cells than the header', 'Name,Site\na,1\n,,,,\n""\nb,2\n,,\n', 3, true],
    ['in quotes', 'Name,Site\r\na,1\r\n"",\r\nb,2\r\n', 1, true],
  ])('%s are not sent, and a warning counts them', async (_, text, count, spooled) => {
    const { plan, warnings } = await planOf({ 'a.csv': text });
    expect((await uploadsOf(plan)).join('').replaceAll('\r', '')).toBe('Name,Site\na,1\nb,2\n');
    expect(plan.rows).toBe(2);
    expect(plan.sources[0]?.spooled).toBe(spooled);
    expect(warnings.map(({ message }) => message).join()).toMatch(
      new RegExp(`^${count} rows? of a.csv ha(s|ve) no values and (is|are) skipped.$`),
    );
  });

  test('have a number, so that the others keep theirs', async () => {
    const { plan } = await planOf({ 'a.csv': 'Name,Site\n,\na,1\n\n,\n,\nb,2\n,\nc,3\n' });
    expect(await numbersOf(plan)).toEqual([
      ['a', 2],
      ['b', 5],
      ['c', 7],
    ]);
  });

  test('are not checked', async () => {
    const upsert = { operation: 'upsert', preflight: true } as const;
    const { plan } = await planOf({ 'a.csv': 'Ext__c,Name\nk,a\n,\n' }, upsert, [account]);
    expect(plan.rows).toBe(1);
  });

  test('are those of a file of one column too, written as quotes or as a blank line', async () => {
    const { plan, warnings } = await planOf({ 'a.csv': 'Name\na\n""\n\nb\n\n\n' });
    expect(await uploadsOf(plan)).toEqual(['Name\na\nb\n']);
    expect(warnings).toMatchObject([
      { code: 'EMPTY_ROWS', message: expect.stringMatching(/^2 rows/) as unknown },
    ]);
  });

  test('are those of records without a value as well', async () => {
    const { plan } = await planOf({ 'a.json': '[{"Name":"a","Site":"1"},{},{"Name":""},{"Name":"b"}]' });
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\nb,\n']);
    expect((await numbersOf(plan)).map(([, row]) => row)).toEqual([1, 4]);
  });

  test('alone make a load of nothing', async () => {
    const { plan, warnings } = await planOf({ 'a.csv': 'Name,Site\n,\n,\n' });
    expect(plan).toMatchObject({ rows: 0, parts: [] });
    expect(warnings).toHaveLength(1);
  });

  test('are not rows whose only value is in a column that is left out', async () => {
    const columns = { ignoreUnknown: true };
    const contents = { 'a.csv': 'Site,Notes\na,\n,x\n,\n' };
    const site = {
      ...account,
      fields: account.fields.map((field) => ({
        ...field,
        name: field.name.replace('AccountNumber', 'Site'),
      })),
    };
    const { plan } = await planOf(contents, { columns }, [site]);
    expect(await uploadsOf(plan)).toEqual(['Site\na\n""\n']);
    expect(plan.rows).toBe(2);
  });
});

test('wherever empty records are, all other rows are sent once, in jobs of exact sizes, with their numbers', async () => {
  const record = fc.constantFrom('x,1', '"x",""', ',1', ',', '""', '"",""', ',,,', '', '"x\n",y');
  const form = fc.record({
    records: fc.array(record, { maxLength: 30 }),
    ending: fc.constantFrom('\n', '\r\n'),
    endsWithNewline: fc.boolean(),
    maxRowsPerJob: fc.integer({ min: 1, max: 5 }),
    emptyAsNull: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(form, async ({ records, ending, endsWithNewline, maxRowsPerJob, emptyAsNull }) => {
      const text = ['Name,Site', ...records].join(ending) + (endsWithNewline ? ending : '');
      const limits = { maxJobBytes: 100_000_000, maxRowsPerJob, concurrency: 4 };
      const { plan } = await planOf({ 'a.csv': text }, { limits, columns: { emptyAsNull } });
      const numbered = records
        .filter((each) => each !== '')
        .map((each, index): [boolean, number] => [/[^",]/.test(each), index + 1]);
      const wanted = numbered.flatMap(([isRow, row]) => (isRow ? [row] : []));
      expect((await numbersOf(plan)).map(([, row]) => row)).toEqual(wanted);
      expect(plan.rows).toBe(wanted.length);
      expect(plan.parts.every(({ rows }) => rows >= 1 && rows <= maxRowsPerJob)).toBe(true);
      const sent = (await uploadsOf(plan)).map((upload) => upload.replaceAll('\r', '').split('\n'));
      // Every upload ends in a line ending; a quoted value has one in it.
      const lines = sent.reduce((sum, each) => sum + each.length - 2, 0);
      const values = records.filter((each) => each.includes('\n')).length;
      expect(lines).toBe(wanted.length + values);
    }),
    examples(50),
  );
});
