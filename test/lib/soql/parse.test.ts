import { isQueryValid } from '@jetstreamapp/soql-parser-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clauseNames, outlineSoql } from '../../../src/lib/soql/outline.js';
import { parseSoql } from '../../../src/lib/soql/parse.js';
import { documented } from './queries.ts';

const isRead = (soql: string): boolean => 'shape' in parseSoql(soql);

test.each(documented)('is read to its end: %s', (soql) => {
  expect(isRead(soql)).toBe(true);
});

test('depth is no obstacle, and never breaks the stack', () => {
  const nested = (depth: number) =>
    `SELECT Id FROM A WHERE ${'(NOT('.repeat(depth)}B = 1${'))'.repeat(depth)}`;
  expect(isRead(nested(1_000))).toBe(true);
  expect(isRead(nested(20_000))).toBe(true);
  expect(isRead(`SELECT ${'F('.repeat(50_000)}x FROM A`)).toBe(false);
  expect(isRead(`SELECT Id FROM A WHERE B IN ${'(SELECT C FROM D WHERE E IN '.repeat(10_000)}`)).toBe(false);
});

const path = fc.constantFrom(
  'Id',
  'Name',
  'Account.Name',
  'a.Owner.Manager.Name',
  'Ext__c',
  'Parent__r.Ext__c',
);
const value = fc.constantFrom(
  ...["'x'", "'it\\'s AND ('", '42', '-4.5', 'true', 'NULL', '2026-01-31', '2026-01-31T08:00:00Z', 'TODAY'],
  ...['LAST_N_DAYS:3', 'USD30'],
);
const comparison = fc.oneof(
  fc.tuple(path, fc.constantFrom('=', '!=', '<', '>=', ' LIKE '), value).map((parts) => parts.join(' ')),
  fc
    .tuple(path, fc.constantFrom('IN', 'NOT IN'), fc.array(value, { minLength: 1, maxLength: 3 }))
    .map(([name, word, values]) => `${name} ${word} (${values.join(', ')})`),
  path.map((name) => `${name} IN (SELECT Id FROM Contact WHERE Name = 'x')`),
  fc.constant('CALENDAR_YEAR(CreatedDate) = 2026'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
      .map((parts) => parts.join(' ')),
    tie('condition').map((inner) => `(${inner})`),
    tie('condition').map((inner) => `(NOT ${inner})`),
  ),
}));
const optional = (clause: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), clause);
const query = fc
  .tuple(
    fc.array(
      fc.oneof(
        path,
        path.map((name) => `toLabel(${name})`),
        fc.constant('(SELECT Id FROM Contacts)'),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    fc.constantFrom('Account', 'Account a', 'ns__My__c', 'Group'),
    optional(condition.map((each) => `WHERE ${each}`)),
    optional(fc.constantFrom('WITH SECURITY_ENFORCED')),
    optional(
      fc
        .tuple(path, fc.constantFrom('', 'DESC', 'ASC NULLS LAST'))
        .map(([name, way]) => `ORDER BY ${name} ${way}`),
    ),
    optional(fc.nat(1000).map((count) => `LIMIT ${count}`)),
    optional(fc.constantFrom('FOR VIEW', 'FOR UPDATE')),
  )
  .map(([items, object, ...clauses]) => `SELECT ${items.join(', ')}\n FROM ${object} ${clauses.join(' ')}`);

describe('a query as the grammar has it', () => {
  test('is read', () => {
    fc.assert(
      fc.property(query, (soql) => isRead(soql)),
      { numRuns: 500 },
    );
  });

  test('has the items, the object and the clauses of its outline', () => {
    fc.assert(
      fc.property(query, (soql) => {
        const parsed = parseSoql(soql);
        if (!('shape' in parsed)) throw new Error('not read');
        const { shape, outline } = parsed;
        expect(shape.items.map(({ start, end }) => ({ start, end }))).toEqual(outline.items);
        expect(shape.object).toBe(outline.object.text);
        const names = [...outline.clauses.keys()];
        expect(names).toEqual(clauseNames.filter((name) => names.includes(name)));
      }),
    );
  });
});

const word = fc.constantFrom(
  ...[
    'SELECT',
    'FROM',
    'WHERE',
    'AND',
    'OR',
    'NOT',
    'Id',
    'X.a',
    ',',
    '=',
    '!=',
    "'x'",
    '5',
    '2026-01-31',
    'LIMIT',
  ],
  ...[
    'ORDER BY',
    'GROUP BY',
    'HAVING',
    'DESC',
    '(',
    ')',
    'IN',
    'LIKE',
    'TODAY',
    'WITH',
    'FOR VIEW',
    'AS',
    'BY',
  ],
  ...['OFFSET 5', 'COUNT(Id)', '(SELECT Id FROM y)', 'NULLS LAST', 'UPDATE TRACKING', 'SECURITY_ENFORCED'],
);
const soup = fc.array(word, { maxLength: 9 }).map((words) => `SELECT Id FROM X x ${words.join(' ')}`);

/** What the other one does not know, or what makes no difference to the records that are found. */
const takenForTheOrg = /GROUP BY.*COUNT|, X\.a|FOR VIEW .*FOR VIEW|TRACKING .*FOR VIEW/;

test('what another parser refuses is not read either', () => {
  fc.assert(
    fc.property(soup, (soql) => {
      if (isRead(soql) && !takenForTheOrg.test(soql)) expect(isQueryValid(soql)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('no text whatsoever makes it throw, and what it reads has an outline', () => {
  const text = fc.oneof(soup, query, fc.string(), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(text, (soql) => {
      if (isRead(soql)) expect(outlineSoql(soql)).toBeDefined();
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['AND', 100_000],
  ["Name = 'x' AND ", 100_000],
  ['(', 100_000],
  ["'", 99_999],
  ['-', 100_000],
  ['a.', 100_000],
  ['F(', 100_000],
  ['x == 3 AND ', 100_000],
])('100 KB of %s are judged in less than 0.2 s', (part, length) => {
  const soql = `SELECT Id FROM Account WHERE ${part.repeat(length / part.length)}`;
  // The best of three, in time of the processor: other work on the machine is no fault of the reader.
  const elapsedMs = Math.min(
    ...[1, 2, 3].map(() => {
      const before = process.cpuUsage();
      parseSoql(soql);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    }),
  );
  expect(elapsedMs).toBeLessThan(200);
});
