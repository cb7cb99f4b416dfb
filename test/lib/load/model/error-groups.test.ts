import { expect, it } from 'vitest';
import { ErrorGroups } from '../../../../src/lib/load/model/error-groups.js';

it('groups rows whose messages differ only in ids and values, worst first, with one real row', () => {
  const groups = new ErrorGroups();
  groups.add('REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --', () => ({
    file: 'a.csv',
    row: 9,
  }));
  for (const id of ['0015g00000abcDE', '0015g00000abcDF', '0015g00000abcDG']) {
    groups.add(`UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record: ${id}:--`, () => ({
      file: 'a.csv',
      row: 1,
      id,
      values: { Name: id },
    }));
  }

  expect(groups.report()).toEqual([
    {
      code: 'UNABLE_TO_LOCK_ROW',
      message: 'unable to obtain exclusive access to this record: …',
      fields: [],
      count: 3,
      transient: true,
      sample: {
        message: 'unable to obtain exclusive access to this record: 0015g00000abcDE',
        file: 'a.csv',
        row: 1,
        id: '0015g00000abcDE',
        values: { Name: '0015g00000abcDE' },
      },
    },
    {
      code: 'REQUIRED_FIELD_MISSING',
      message: 'Required fields are missing: [Name]',
      fields: ['Name'],
      count: 1,
      transient: false,
      sample: { message: 'Required fields are missing: [Name]', file: 'a.csv', row: 9 },
    },
  ]);
});

it('keeps the message whole while all rows have the same one', () => {
  const groups = new ErrorGroups();
  for (let row = 0; row < 3; row++) groups.add('INVALID_FIELD:Too old: 1999:--', () => ({}));
  expect(groups.report()).toMatchObject([{ message: 'Too old: 1999', count: 3 }]);
});

it('keeps codes and fields apart', () => {
  const groups = new ErrorGroups();
  for (const text of ['E1:same:A --', 'E2:same:A --', 'E2:same:B --']) groups.add(text, () => ({}));
  expect(groups.report()).toHaveLength(3);
});

it('looks at a row only when it begins a group', () => {
  const groups = new ErrorGroups();
  let looks = 0;
  for (let row = 0; row < 50; row++) {
    groups.add(`DUPLICATE_VALUE:Duplicate external id specified: a-${row}:Ext__c --`, () => {
      looks++;
      return {};
    });
  }
  expect(looks).toBe(1);
});

it('reports a hundred groups and the rest as one, counting every row', () => {
  const groups = new ErrorGroups();
  const letters = 'abcdefghijklmnopqrst';
  let rows = 0;
  for (const a of letters) {
    for (const b of letters) {
      for (const c of letters) {
        groups.add(`INVALID_FIELD:odd ${a}${b}${c}:--`, () => ({}));
        rows++;
      }
    }
  }
  for (let row = 0; row < 5; row++) groups.add('UNABLE_TO_LOCK_ROW:late and often:--', () => ({}));

  const report = groups.report();
  expect(report).toHaveLength(101);
  expect(report.at(-1)?.code).toBe('OTHER');
  expect(report.reduce((sum, { count }) => sum + count, 0)).toBe(rows + 5);
});

it('cuts messages that repeat a long value, keeps their fields, and groups them', () => {
  const groups = new ErrorGroups();
  const about = (value: string): string => `STRING_TOO_LONG:Site: data value too large: ${value}:Site --`;
  for (const letter of ['x', 'y'])
    groups.add(about(letter.repeat(131_072)), () => ({ row: 1, file: 'a.csv' }));
  groups.add('STRING_TOO_LONG:Site: data value too large: short:Site --', () => ({}));
  const [first] = groups.report();
  expect(first).toMatchObject({ code: 'STRING_TOO_LONG', fields: ['Site'] });
  expect(groups.report().reduce((sum, { count }) => sum + count, 0)).toBe(3);
  for (const { message, sample } of groups.report()) {
    expect(message.length).toBeLessThanOrEqual(1_001);
    expect(sample.message.length).toBeLessThanOrEqual(1_001);
  }
});
