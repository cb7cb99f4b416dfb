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

  test('are those whose only value is in a column that is left out', async () => {
    const columns = { ignoreUnknown: true };
    const contents = { 'a.csv': 'Site,Notes\na,\n,x\n,\n' };
    const site = {
      ...account,
      fields: account.fields.map((field) => ({
        ...field,
        name: field.name.replace('AccountNumber', 'Site'),
      })),
    };
    const { plan, warnings } = await planOf(contents, { columns }, [site]);
    expect(await uploadsOf(plan)).toEqual(['Site\na\n']);
    expect(plan.rows).toBe(1);
    expect(warnings.at(-1)?.message).toBe('2 rows of a.csv have no values and are skipped.');
  });

  test('keep their numbers when a column is left out, and what is broken in them is refused', async () => {
    const columns = { ignoreUnknown: true };
    const { plan } = await planOf(
      { 'a.csv': 'Junk,Name,Ext__c\nx,,\ny,a,\nz,#N/A,""\nw,b,1\n' },
      { columns },
      [account],
    );
    expect(await uploadsOf(plan)).toEqual(['Name,Ext__c\na,\nb,1\n']);
    expect((await numbersOf(plan)).map(([, row]) => row)).toEqual([2, 4]);
    for (const broken of ['x,', '"x"y,,', 'x\0,,', 'x,,,z']) {
      const refusal = planOf({ 'a.csv': `Junk,Name,Ext__c\n${broken}\ny,a,\n` }, { columns }, [account]);
      await expect(refusal, broken).rejects.toThrow('row 1');
    }
  });

  test.each([
    ['of nothing but nulls', '[{"Name":"a"},{"Name":null,"Site":null},{"Name":"b"},{"Name":null,"Site":""}]'],
    ['of nulls in one column', '[{"Name":"a"},{"Name":null},{"Name":"b"}]'],
  ])('are records of JSON %s, for an insert', async (_, text) => {
    const { plan, warnings } = await planOf({ 'a.json': text });
    expect((await numbersOf(plan)).slice(0, 3)).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
    expect(plan.rows).toBe(2);
    expect(warnings).toMatchObject([{ code: 'EMPTY_ROWS' }]);
  });

  test('are not those of an update, whose rows need a key', async () => {
    const nulls = '[{"Id":"001000000000001AAA","Name":null}]';
    expect((await planOf({ 'a.json': nulls }, { operation: 'update' })).plan.rows).toBe(1);
    const refused = planOf(
      { 'a.csv': 'Junk,Id,Name\nx,,\n' },
      { operation: 'update', preflight: true, columns: { ignoreUnknown: true } },
      [account],
    );
    await expect(refused).rejects.toThrow('row 1');
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
