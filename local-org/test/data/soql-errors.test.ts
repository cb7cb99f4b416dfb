import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { queryError } from './support.ts';

const db = createDatabase();
const reference = 'Please reference your WSDL or the describe call for the appropriate names.';

describe('a query error', () => {
  it('of an unknown object is INVALID_TYPE, with a caret and the position', () => {
    expect(queryError(db, 'SELECT Id FROM Accout')).toEqual({
      code: 'INVALID_TYPE',
      message: [
        '',
        'SELECT Id FROM Accout',
        '               ^',
        'ERROR at Row:1:Column:16',
        `sObject type 'Accout' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${reference}`,
      ].join('\n'),
    });
  });

  it('of ScratchOrgInfo is INVALID_TYPE, as in an org that is no Dev Hub', () => {
    expect(queryError(db, 'SELECT Id FROM ScratchOrgInfo limit 1').code).toBe('INVALID_TYPE');
  });

  it('of an unknown field is INVALID_FIELD, and counts rows', () => {
    expect(queryError(db, 'SELECT Id,\n  Nme\nFROM Account')).toEqual({
      code: 'INVALID_FIELD',
      message: [
        '',
        '  Nme',
        '  ^',
        'ERROR at Row:2:Column:3',
        `No such column 'Nme' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${reference}`,
      ].join('\n'),
    });
  });

  it.each([
    ['SELECT Account.Nope FROM Contact', "No such column 'Nope' on entity 'Account'"],
    ['SELECT Acount.Name FROM Contact', "Didn't understand relationship 'Acount' in field path"],
    ['SELECT Who.Nope FROM Task', "No such column 'Nope' on entity"],
    ['SELECT Id FROM Account WHERE Nope = 1', "No such column 'Nope' on entity 'Account'"],
    ['SELECT Id FROM Account ORDER BY Nope', "No such column 'Nope' on entity 'Account'"],
  ])('names what was not understood: %s', (soql, text) => {
    const error = queryError(db, soql);
    expect(error.code).toBe('INVALID_FIELD');
    expect(error.message).toContain(text);
  });

  it('of an unknown child relationship is INVALID_TYPE', () => {
    const error = queryError(db, 'SELECT Id, (SELECT Id FROM Contactz) FROM Account');
    expect(error.code).toBe('INVALID_TYPE');
    expect(error.message).toContain("Didn't understand relationship 'Contactz' in FROM part of query call");
  });

  it.each([
    ['', "unexpected token: '<EOF>'", 1],
    ['SELEKT Id FROM Account', "unexpected token: 'SELEKT'", 1],
    ['SELECT FROM Account', "unexpected token: 'FROM'", 8],
    ['SELECT Id Account', "unexpected token: '<EOF>'", 18],
    ['SELECT Id FROM Account WHERE', "unexpected token: '<EOF>'", 29],
    ['SELECT Id FROM Account WHERE Name', "unexpected token: '<EOF>'", 34],
    ["SELECT Id FROM Account WHERE Name = 'x", "unexpected token: '''", 37],
    ["SELECT Id FROM Account WHERE Name = 'x' extra", "unexpected token: 'extra'", 41],
    ["SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "unexpected token: 'OR'", 56],
    ['SELECT Id FROM Account LIMIT -1', "unexpected token: '-1'", 30],
    ['SELECT Id FROM Account WHERE Name = Acme', "unexpected token: 'Acme'", 37],
    ['SELECT Id; FROM Account', "unexpected token: ';'", 10],
    ['SELECT Id, id FROM Account', 'duplicate field selected: Id', 12],
    ['SELECT FIELDS(ALL) FROM Account', 'The SOQL FIELDS function must have a LIMIT of at most 200', 8],
    [
      'SELECT Id FROM Account ORDER BY Description',
      "field 'Description' can not be sorted in a query call",
      33,
    ],
  ])('of form is MALFORMED_QUERY: %s', (soql, text, columnNumber) => {
    const error = queryError(db, soql);
    expect(error.code).toBe('MALFORMED_QUERY');
    expect(error.message).toContain(`ERROR at Row:1:Column:${columnNumber}\n${text}`);
  });

  it.each([
    [
      "AnnualRevenue = '5'",
      "value of filter criterion for field 'AnnualRevenue' must be of type double and should not be enclosed in quotes",
    ],
    [
      "CreatedDate > '2024-01-01'",
      "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
    ],
    [
      "IsDeleted = 'true'",
      "value of filter criterion for field 'IsDeleted' must be of type boolean and should not be enclosed in quotes",
    ],
    [
      'Name = 5',
      "value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes",
    ],
    [
      'Name = TODAY',
      "value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes",
    ],
    [
      'SLAExpirationDate__c = 2024-01-01T00:00:00Z',
      "value of filter criterion for field 'SLAExpirationDate__c' must be of type date",
    ],
    ["Description = 'x'", "field 'Description' can not be filtered in a query call"],
  ])('of a filter’s type is INVALID_FIELD, at the field: %s', (where, text) => {
    const error = queryError(db, `SELECT Id FROM Account WHERE ${where}`);
    expect(error.code).toBe('INVALID_FIELD');
    expect(error.message).toContain(`Column:30\n${text}`);
  });

  it('of an id that is none is INVALID_QUERY_FILTER_OPERATOR', () => {
    const error = queryError(db, "SELECT Id FROM Account WHERE Id = 'nonsense'");
    expect(error.code).toBe('INVALID_QUERY_FILTER_OPERATOR');
    expect(error.message).toContain('invalid ID field: nonsense');
  });

  it('of a large OFFSET is NUMBER_OUTSIDE_VALID_RANGE', () => {
    expect(queryError(db, 'SELECT Id FROM Account OFFSET 2001')).toEqual({
      code: 'NUMBER_OUTSIDE_VALID_RANGE',
      message: 'Maximum SOQL offset allowed is 2000',
    });
  });
});
