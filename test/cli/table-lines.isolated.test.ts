import fc from 'fast-check';
import { expect, test } from 'vitest';
import stringWidth from 'string-width';
import { tableLines } from '../../src/cli/table-lines.js';

const jobs = [
  {
    id: '7505g00000abcdEAAQ',
    object: 'Account',
    state: 'JobComplete',
    createdDate: '2026-01-31T08:00:00.000+0000',
  },
  {
    id: '7505g00000abceFAAQ',
    object: 'My_Object__c',
    state: 'Failed',
    createdDate: '2026-01-30T08:00:00.000+0000',
  },
];

test('a table has a header, a rule and a line for each row', () => {
  expect(tableLines({ data: jobs }, 120)).toEqual([
    'Id                  Object        State        Created date',
    '------------------  ------------  -----------  ----------------------------',
    '7505g00000abcdEAAQ  Account       JobComplete  2026-01-31T08:00:00.000+0000',
    '7505g00000abceFAAQ  My_Object__c  Failed       2026-01-30T08:00:00.000+0000',
  ]);
});

test('a narrow terminal does without columns, in the order that was asked for, and says which', () => {
  expect(tableLines({ data: jobs, drop: ['createdDate', 'object'] }, 50)).toEqual([
    'Id                  Object        State',
    '------------------  ------------  -----------',
    '7505g00000abcdEAAQ  Account       JobComplete',
    '7505g00000abceFAAQ  My_Object__c  Failed',
    'Not shown, since the terminal is too narrow: Created date.',
  ]);
});

test('an id is never cut, however narrow the terminal', () => {
  const lines = tableLines({ data: jobs, drop: ['createdDate', 'object', 'state'] }, 10);
  expect(lines).toContain('7505g00000abcdEAAQ');
});

test('an id among others in a cell is not cut either', () => {
  const data = [{ step: 'Contact level 2', ids: '750Sb0000000001IAA 750Sb0000000007IAA' }];
  expect(tableLines({ data }, 35)).toEqual([
    'Step             Ids',
    '---------------  ------------------',
    'Contact level 2  750Sb0000000001IAA',
    '                 750Sb0000000007IAA',
  ]);
});

const errors = [
  {
    rows: 64,
    code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Customers need a billing city.',
    example: 'accounts.csv row 600',
  },
  { rows: 1, code: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain access', example: '' },
];

test('the code of an error is never broken', () => {
  expect(tableLines({ data: errors }, 80)).toEqual([
    'Rows  Code                               Message             Example',
    '----  ---------------------------------  ------------------  ------------------',
    '64    FIELD_CUSTOM_VALIDATION_EXCEPTION  Customers need a    accounts.csv row',
    '                                         billing city.       600',
    '1     UNABLE_TO_LOCK_ROW                 unable to obtain',
    '                                         access',
  ]);
});

test('a terminal that is too narrow for columns gets the rows one below the other', () => {
  expect(tableLines({ data: errors }, 40)).toEqual([
    'Rows: 64',
    'Code: FIELD_CUSTOM_VALIDATION_EXCEPTION',
    'Message: Customers need a billing city.',
    'Example: accounts.csv row 600',
    '',
    'Rows: 1',
    'Code: UNABLE_TO_LOCK_ROW',
    'Message: unable to obtain access',
  ]);
});

test('text that is too long is wrapped, at blanks where it has some', () => {
  const data = [{ rows: 12, message: 'the value of this field is too long for it' }];
  expect(tableLines({ data }, 30)).toEqual([
    'Rows  Message',
    '----  ------------------------',
    '12    the value of this field',
    '      is too long for it',
  ]);
});

test('wide characters keep columns in line; what can not be seen is shown', () => {
  const data = [
    { name: '東京', city: 'a' },
    { name: 'x\u001b[2Jy\nz\tw', city: 'b' },
  ];
  expect(tableLines({ data }, 80)).toEqual([
    'Name               City',
    '-----------------  ----',
    '東京               a',
    'x\\u001b[2Jy\\nz\\tw  b',
  ]);
});

test('no line is wider than the terminal while text can be wrapped', () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constant('東京'.repeat(20)));
  fc.assert(
    fc.property(
      fc.array(fc.record({ a: cell, b: cell }), { minLength: 1 }),
      fc.integer({ min: 30, max: 90 }),
      (data, width) => {
        for (const line of tableLines({ data }, width)) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

// Each cell is searched for the tokens that this process has seen, which are thousands where other tests have run.
test('3,000 rows take less than a second of work', () => {
  const data = Array.from({ length: 3_000 }, () => jobs[0]!);
  const before = process.cpuUsage();
  expect(tableLines({ data, drop: ['createdDate'] }, 60)).toHaveLength(3_003);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(1);
});
