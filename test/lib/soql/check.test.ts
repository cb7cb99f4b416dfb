import { describe, expect, test } from 'vitest';
import { checkSoql } from '../../../src/lib/soql/check.js';
import { SoqlError } from '../../../src/lib/soql/problem.js';
import { describeOf } from '../describe/fake-describe.ts';

describe('syntax', () => {
  test.each([
    ['SELECT Id, Account Fro Account', '1:24', /"Account" is not understood here. FROM was expected/],
    ['SELECT Id,\n  Name\nFROM Account WHERE Name == 3', '3:26', /"=" is not understood/],
    ["SELECT Id\r\nFROM Account WHERE Name = 'x", '2:27', /never closed/],
    ['SELECT * FROM Account', '1:8', /no "\*"/],
    ['SELECT Id FROM Account WHERE A = 1 AND B == 3 AND C = 4', '1:43', /"=" is not/],
    ['SELECT Id FROM Account;', '1:23', /does not end with ";"/],
    ['SELECT Id FROM Account WHERE Name = "x"', '1:37', /single quotes/],
    ['SELECT Id FROM Account WHERE Name = :x', '1:37', /Apex only/],
    ["SELECT Id FROM Account WHERE (Name = 'a'", '1:41', /too early. A closing parenthesis/],
    ["SELECT Id FROM Account WHERE Name = 'a')", '1:40', /"\)" is not/],
    ["SELECT Id FROM Account WHERE Name = 'a' AND AND Name = 'a'", '1:45', /"AND" is not/],
    ['SELECT Id Id Id FROM Account', '1:14', /"Id" is not understood here. FROM was expected/],
    ['SELECT Id FROM Account LIMIT x', '1:30', /A whole number was expected/],
    ['SELECT Id FROM', '1:15', /ends too early/],
    ['UPDATE Account', '1:1', /SELECT was expected/],
    ['  ', '1:1', /empty/],
  ])('%s', async (soql, place, message) => {
    const { shape, problems, restCanServe } = await checkSoql(soql);
    expect(shape).toBeUndefined();
    expect(restCanServe).toBe(false);
    expect(problems.map(({ code, position }) => `${code} ${position.line}:${position.column}`)).toEqual([
      `SYNTAX ${place}`,
    ]);
    expect(problems[0]?.message).toMatch(message);
  });
});

describe('what Bulk cannot do', () => {
  test.each([
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', ['SUBQUERY 1:12']],
    ['SELECT COUNT() FROM Account', ['AGGREGATE 1:8']],
    [
      'SELECT StageName, MAX(Amount) m FROM Opportunity\nGROUP BY StageName',
      ['AGGREGATE 1:19', 'GROUP_BY 2:1'],
    ],
    [
      'SELECT CALENDAR_YEAR(CreatedDate) FROM Lead GROUP BY CALENDAR_YEAR(CreatedDate)',
      ['AGGREGATE 1:8', 'GROUP_BY 1:45'],
    ],
    ['SELECT Id FROM Account LIMIT 10 OFFSET 5', ['OFFSET 1:33']],
    ['SELECT TYPEOF What WHEN Account THEN Phone, Fax END, Id FROM Event', ['TYPEOF 1:8']],
    ['SELECT FIELDS(ALL) FROM Account LIMIT 200', ['FIELDS_FUNCTION 1:8']],
    ['SELECT Id, fields( custom ) FROM Account LIMIT 200', ['FIELDS_FUNCTION 1:12']],
  ])('%s: REST can', async (soql, expected) => {
    const { problems, restCanServe } = await checkSoql(soql);
    expect(problems.map(({ code, position }) => `${code} ${position.line}:${position.column}`)).toEqual(
      expected,
    );
    expect(restCanServe).toBe(true);
  });

  test('ALL ROWS is pointed at the flag, with the rest of the query checked', async () => {
    const { problems, shape } = await checkSoql('SELECT Id, COUNT(Id) FROM Account ALL ROWS');
    expect(problems.map(({ code }) => code)).toEqual(['AGGREGATE', 'ALL_ROWS']);
    expect(shape?.object).toBe('Account');
  });

  test('more than 100,000 characters are too long for either', async () => {
    const soql = `SELECT Id FROM Account WHERE Name IN ('${'x'.repeat(100_000)}')`;
    const { problems, restCanServe } = await checkSoql(soql);
    expect(problems.map(({ code }) => code)).toEqual(['TOO_LONG']);
    expect(restCanServe).toBe(false);
  });

  test.each([
    'SELECT Id, toLabel(Status), Account.Owner.Name FROM Contact WHERE Id IN (SELECT X__c FROM Y__c) ORDER BY Id LIMIT 5',
    'SELECT FIELDS(STANDARD) FROM Account',
    'SELECT Id FROM Account WHERE CALENDAR_YEAR(CreatedDate) = 2020 AND CreatedDate = LAST_N_DAYS:3',
    'SELECT Id FROM Account WHERE Opens__c > 10:30:00.000Z AND Size__c > 1.5e3',
    'SELECT Id FROM Group USING SCOPE mine WITH SECURITY_ENFORCED',
  ])('%s is fine', async (soql) => {
    expect((await checkSoql(soql)).problems).toEqual([]);
  });
});

test('tells the shape of a query', async () => {
  const soql =
    "SELECT c.Id, Account.Name, toLabel(c.Status) FROM Contact c WHERE c.Name = 'x' OR (Age > 3) ORDER BY c.Name, Id LIMIT 7";
  const { shape } = await checkSoql(soql);
  expect(shape).toMatchObject({
    object: 'Contact',
    fields: ['Id', 'Account.Name'],
    conditionPaths: ['Name', 'Age'],
    orderBy: ['Name', 'Id'],
    hasWhere: true,
    hasGroupBy: false,
    limit: 7,
    offset: undefined,
  });
  expect(shape?.items[2]).toMatchObject({ kind: 'function', text: 'toLabel(c.Status)', path: 'Status' });
});

describe('with describe', () => {
  test.each([
    [
      'SELECT Id, Nmae FROM Account',
      'UNKNOWN_FIELD 1:12',
      /Account has no field "Nmae". Did you mean "Name"/,
    ],
    ['SELECT Id FROM Contact WHERE Lastname = 1 AND Emial = 2', 'UNKNOWN_FIELD 1:47', /Did you mean "Email"/],
    ['SELECT Id FROM Contact ORDER BY LastNam', 'UNKNOWN_FIELD 1:33', /Did you mean "LastName"/],
    ['SELECT Account FROM Contact', 'UNKNOWN_FIELD 1:8', /use "AccountId" for the id, or "Account.FIELD"/],
    ['SELECT Account.Nme FROM Contact', 'UNKNOWN_FIELD 1:8', /Account has no field "Nme"/],
    ['SELECT Mother__r.Account.Nme FROM Contact', 'UNKNOWN_FIELD 1:8', /Account has no field "Nme"/],
    ['SELECT Acount.Name FROM Contact', 'UNKNOWN_RELATIONSHIP 1:8', /Did you mean "Account"/],
    ['SELECT Mother__c.LastName FROM Contact', 'UNKNOWN_RELATIONSHIP 1:8', /Did you mean "Mother__r"/],
    ['SELECT toLabel(Nmae) FROM Account', 'UNKNOWN_FIELD 1:8', /Did you mean "Name"/],
  ])('%s', async (soql, expected, message) => {
    const { problems, restCanServe } = await checkSoql(soql, { describeOf });
    expect(problems.map(({ code, position }) => `${code} ${position.line}:${position.column}`)).toEqual([
      expected,
    ]);
    expect(problems[0]?.message).toMatch(message);
    expect(restCanServe).toBe(false);
  });

  test('compound fields are named with the parts to select instead', async () => {
    const { problems, restCanServe } = await checkSoql('SELECT Account.BillingAddress FROM Contact', {
      describeOf,
    });
    expect(problems).toMatchObject([
      {
        code: 'COMPOUND_FIELD',
        wayOut: 'Select Account.BillingCity, Account.BillingStreet instead.',
      },
    ]);
    expect(restCanServe).toBe(true);
  });

  test('files are named', async () => {
    const { problems } = await checkSoql('SELECT Id, Photo__c FROM Contact', { describeOf });
    expect(problems.map(({ code }) => code)).toEqual(['BLOB_FIELD']);
  });

  test.each([
    "SELECT a.Id, a.Name, Account.Parent.Name FROM Account a WHERE a.BillingCity = 'x' ORDER BY a.Name",
    'SELECT Who.Whatever FROM Task WHERE Who.Y = 1',
    "SELECT Id FROM Contact WHERE AccountId IN (SELECT Nmae FROM Account WHERE Nmae = 'x')",
    'SELECT Whatever FROM Unknown__c',
    'SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name ORDER BY COUNT(Id)',
  ])('%s has no wrong fields', async (soql) => {
    const { problems } = await checkSoql(soql, { describeOf });
    expect(problems.filter(({ code }) => code.startsWith('UNKNOWN'))).toEqual([]);
  });
});

test('a SoqlError tells every problem with its place and each way out once', async () => {
  const { problems } = await checkSoql('SELECT COUNT(Id), MIN(Id),\n(SELECT Id FROM Contacts) FROM Account');
  const error = new SoqlError(problems);
  expect(error.message.split('\n').map((line) => /^Line \d, column \d+/.exec(line)?.[0])).toEqual([
    'Line 1, column 8',
    'Line 1, column 19',
    'Line 2, column 1',
  ]);
  expect(error.actions).toHaveLength(2);
});
