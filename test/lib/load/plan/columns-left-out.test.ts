import { describe, expect, test } from 'vitest';
import type { InputError } from '../../../../src/lib/errors.js';
import { account, fakeField } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { planOf, uploadsOf } from './support.ts';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';

describe('columns without a name, or with one twice', () => {
  const contents = { 'a.csv': 'Name,Site,,Notes,notes\na,1,,x,y\nb,2,z,,\n' };
  const site = { ...account, fields: [...account.fields, fakeField('Site')] };

  test.each([true, false])('are left out with those that are no fields, preflight: %s', async (preflight) => {
    const request = { preflight, columns: { ignoreUnknown: true } };
    const { plan } = await planOf(contents, request, [site]);
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\nb,2\n']);
  });

  test('are left out of a deletion and by a mapping that names what it takes', async () => {
    const deletion = { operation: 'delete', preflight: true } as const;
    const { plan } = await planOf({ 'a.csv': 'Id,,\n001000000000001,,x\n' }, deletion, [site]);
    expect(await uploadsOf(plan)).toEqual(['Id\n001000000000001\n']);
    const mapping = { ...parseMapRules(['Name=Name']), keepsOtherColumns: false };
    const mapped = await planOf(contents, { columns: { mapping } }, [site]);
    expect(await uploadsOf(mapped.plan)).toEqual(['Name\na\nb\n']);
  });

  test.each([
    ['Name,Site,\na,1,\n', true, 'EMPTY_COLUMN 3'],
    ['Name,Site,\na,1,\n', false, 'EMPTY_COLUMN 3'],
    ['Name,name\na,b\n', true, 'DUPLICATE_COLUMN name'],
    ['Name,name\na,b\n', false, 'DUPLICATE_COLUMN name'],
  ])('are refused otherwise, in %j with preflight: %s', async (text, preflight, problem) => {
    for (const objects of preflight ? [[site]] : [[site], []]) {
      const refusal = await failureOf<InputError>(planOf({ 'a.csv': text }, { preflight }, objects));
      expect(refusal.problems.map(({ code, column }) => `${code} ${column}`)).toEqual([problem]);
    }
  });
});

describe('an input none of whose columns is sent', () => {
  test.each([true, false])('is refused before anything is, preflight: %s', async (preflight) => {
    const load = { preflight, object: 'Task', columns: { ignoreUnknown: true } };
    const task = { ...account, name: 'Task', fields: [fakeField('Subject')] };
    const refusal = await failureOf<InputError>(planOf({ 'a.csv': 'Foo,Bar\n1,2\n' }, load, [task]));
    expect(refusal.problems).toMatchObject([
      {
        code: 'NOTHING_TO_SEND',
        file: 'a.csv',
        message: 'No column sets a field of Task: all are left out.',
      },
    ]);
  });
});

describe('empty cells beyond the columns of the header', () => {
  const contents = { 'a.csv': 'Name,Phone\na,1\nb,2,\nc,3,"",\n' };
  const phone = { ...account, fields: [...account.fields, fakeField('Phone')] };

  test('are dropped where columns that are no fields are, and a warning counts their rows', async () => {
    const request = { preflight: true, columns: { ignoreUnknown: true } };
    const { plan, warnings } = await planOf(contents, request, [phone]);
    expect(await uploadsOf(plan)).toEqual(['Name,Phone\na,1\nb,2\nc,3\n']);
    expect(warnings).toMatchObject([
      { code: 'LONG_ROWS', message: expect.stringMatching(/^2 rows/) as unknown },
    ]);
  });

  test('are refused otherwise, with the way to drop them', async () => {
    const refusal = await failureOf<InputError>(planOf(contents, { preflight: true }, [phone]));
    expect(refusal.problems.map(({ code, row }) => [code, row])).toEqual([
      ['COLUMN_COUNT', 2],
      ['COLUMN_COUNT', 3],
    ]);
    expect(refusal.actions.join()).toContain('--ignore-unknown-columns');
  });

  test('are no reason to drop a value', async () => {
    const request = { preflight: true, columns: { ignoreUnknown: true } };
    const refusal = failureOf<InputError>(planOf({ 'a.csv': 'Name,Phone\na,1,,x\n' }, request, [phone]));
    expect((await refusal).problems).toMatchObject([{ code: 'COLUMN_COUNT', row: 1 }]);
  });
});
