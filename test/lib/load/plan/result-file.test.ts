import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { isResultFile } from '../../../../src/lib/load/plan/result-file.js';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import type { ValueFormats } from '../../../../src/lib/formats/value-formats.js';
import { failureOf } from '../../../support/failure-of.ts';
import { exportedWorkbook } from '../../../support/workbook.ts';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { planOf, uploadsOf } from './support.ts';

const object = fakeObject('Account', '001', [
  fakeField('Name'),
  fakeField('Site'),
  fakeField('Day__c', { type: 'date' }),
  fakeField('Sum__c', { type: 'double', precision: 18, scale: 3 }),
]);
const formats: ValueFormats = { dates: ['d.M.yyyy'], decimalSeparator: ',' };
const request = { preflight: true, columns: { formats } };
const own = 'sf__Id,sf__Error,source__File,source__Row';
const header = `${own},Name,Sum__c,Day__c\n`;

const rows = (sum: string, day = '9.9.2026') => `,NOT_SENT: Day__c,a.csv,1,a,"${sum}",${day}\n`;

describe('a result file that is loaded with the flags of its load', () => {
  test.each(['12.5', '0.12', '1125', '-7.1255'])(
    'has the number %s, which is not converted again',
    async (sum) => {
      const { plan } = await planOf({ 'a.csv': header + rows(sum) }, request, [object]);
      const [sent = ''] = await uploadsOf(plan);
      expect(sent.replaceAll('"', '')).toBe(`Name,Sum__c,Day__c\na,${sum},2026-09-09\n`);
    },
  );

  test.each([
    ['a.csv', header + rows('1.125')],
    ['7505g00000abcdEAAQ-unprocessed-records.csv', 'Name,Sum__c\na,1.125\n'],
    ['7505g00000abcdEAAQ-success-records (2).csv', 'Name,Sum__c\na,1.125\n'],
  ])('is refused for a number that may be one of two: %s', async (name, content) => {
    const refusal = await failureOf<InputError>(planOf({ [name]: content }, request, [object]));
    expect(refusal.problems).toEqual([
      expect.objectContaining({ code: 'AMBIGUOUS_VALUE', row: 1, column: 'Sum__c' }),
    ]);
    expect(refusal.message).toContain('Write 1,125 or 1125');
  });

  test('is loaded once the number is written in a way that is only one of them', async () => {
    const content = header + rows('1,125') + rows('1125');
    const { plan } = await planOf({ 'a.csv': content }, request, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Sum__c,Day__c\na,1.125,2026-09-09\na,"1125",2026-09-09\n']);
  });

  test('without checks has a text in place of such a number, which the org refuses', async () => {
    const unchecked = { ...request, preflight: false };
    const { plan } = await planOf({ 'a.csv': header + rows('1.125') }, unchecked, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Sum__c,Day__c\na,1.125 or 1125,2026-09-09\n']);
  });

  test.each([
    ['a.ndjson', `{"sf__Error":"E:x:--","Name":"a","Sum__c":"1.125"}\n`],
    [
      'a.xlsx',
      exportedWorkbook(['sf__Error', 'Name', 'Sum__c'], 'E:x:--,a,1.125\n', [
        'string',
        'string',
        'string',
      ] as never),
    ],
  ])('is refused for such a number in %s, too', async (name, content) => {
    const refusal = await failureOf<InputError>(planOf({ [name]: content }, request, [object]));
    expect(refusal.message).toContain('"1.125" is 1.125 if the load has converted it, and else 1125');
  });

  test('beside another file, whose numbers are converted', async () => {
    const files = { 'a.csv': `${own},Name,Sum__c\n,E,a.csv,1,a,12.5\n`, 'b.csv': 'Name,Sum__c\nb,1.125\n' };
    const { plan } = await planOf(files, request, [object]);
    expect((await uploadsOf(plan)).join()).toContain('b,1125');
  });
});

describe('a mapping of a result file', () => {
  test.each([[['Name=Site', 'Site=Name']], [['Site=Name', 'Name=']]])(
    'that has made its columns is refused: %j',
    async (rules) => {
      const columns = { mapping: parseMapRules(rules) };
      const content = 'sf__Id,sf__Error,Name,Site\n,E:x:--,a,b\n';
      const refusal = await failureOf<InputError>(planOf({ 'a.csv': content }, { columns }, [object]));
      expect(refusal.problems[0]).toMatchObject({ code: 'MAPPED_ALREADY', column: 'Name' });
      expect(refusal.actions.join()).toContain('without the mapping');
    },
  );

  test('that has not is applied', async () => {
    const columns = { mapping: parseMapRules(['Notes=Site', 'sf__Error=Name']) };
    const content = 'sf__Id,sf__Error,Notes\n,E:x:--,b\n';
    const { plan } = await planOf({ 'a.csv': content }, { columns }, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Site\nE:x:--,b\n']);
  });

  test('of a .sdl file, which leaves out what it does not name, leaves out no field that it has made', async () => {
    const mapping = {
      ...parseMapRules(['Town=Site', 'Name=Name']),
      keepsOtherColumns: false,
      needsEveryColumn: false,
    };
    const content = 'sf__Id,sf__Error,Name,Site\n,E:x:--,a,b\n';
    const refusal = await failureOf<InputError>(
      planOf({ 'a.csv': content }, { columns: { mapping } }, [object]),
    );
    expect(refusal.problems[0]).toMatchObject({ code: 'MAPPED_ALREADY', column: 'Site' });
  });
});

test('a result file in UTF-8 is read as that, though its load was told of another encoding', async () => {
  const content = `${own},Name\n,E:x:--,a.csv,1,Zoë\n`;
  const reading = { encoding: 'windows-1252' };
  const { plan } = await planOf({ 'a.csv': content }, { reading }, [object]);
  expect(await uploadsOf(plan)).toEqual(['Name\nZoë\n']);
  const saved = await planOf({ 'a.csv': Buffer.from(content, 'latin1') }, { reading }, [object]);
  expect(await uploadsOf(saved.plan)).toEqual(['Name\nZoë\n']);
});

test('files are result files by their columns, or their names', () => {
  expect(isResultFile('a.csv', ['Name', 'SF__Error'])).toBe(true);
  expect(isResultFile('a.csv', ['source__Id', 'Name'])).toBe(false);
  expect(isResultFile('a.csv', ['Name'])).toBe(false);
  expect(isResultFile('/x/7505g00000abcdEAAQ-failed-records.csv.gz', ['Name'])).toBe(true);
  expect(isResultFile('my-failed-records.csv', ['Name'])).toBe(false);
});
