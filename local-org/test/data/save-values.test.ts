import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, rowError, rows } from './support.ts';

/** Saves one cell of Shipment__c and reads it back. */
function roundTrip(field: string, cell: string): unknown {
  const db = createDatabase();
  idsOf(csv(db, 'insert', 'Shipment__c', [{ [field]: cell }]));
  return rows(db, `SELECT ${field} FROM Shipment__c`)[0]?.[0];
}

function refusal(field: string, cell: string): string {
  return rowError(createDatabase(), 'insert', 'Shipment__c', { Name: 'x', [field]: cell });
}

function unreadable(field: string, cell: string, type: string): string {
  return `INVALID_FIELD:Failed to deserialize field at col 1. Due to, '${cell}' is not a valid value for the type xsd:${type}:${field} --`;
}

describe('a date cell', () => {
  it.each(['2024-02-29', '2000-02-29', '1899-12-31'])('is yyyy-MM-dd: %s', (cell) =>
    expect(roundTrip('Ship_Date__c', cell)).toBe(cell),
  );

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2024-01-00',
    '2024-13-01',
    '2024-1-1',
    '01.02.2024',
    '2024/02/03',
    '20240203',
    '2003-04-98',
  ])('is refused when it is %s, with the column counted from 0', (cell) =>
    expect(refusal('Ship_Date__c', cell)).toBe(unreadable('Ship_Date__c', cell, 'date')),
  );
});

it('a cell that cannot be read is named by its column from 1, where the org counts like that', () => {
  const db = createDatabase({ quirks: { columnPositionsFrom: 1 } });
  expect(rowError(db, 'insert', 'Shipment__c', { Name: 'x', Ship_Date__c: 'x' })).toContain('at col 2.');
});

it('row errors have other texts where the org was told so', () => {
  const db = createDatabase({ quirks: { errorTexts: { STRING_TOO_LONG: 'too long' } } });
  expect(rowError(db, 'insert', 'Shipment__c', { Tracking_Number__c: 'x'.repeat(31) })).toBe(
    'STRING_TOO_LONG:too long:Tracking_Number__c --',
  );
});

describe('a datetime cell', () => {
  it.each([
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.5Z', '2024-05-06T07:08:09.500Z'],
    ['2024-05-06T07:08:09.123456Z', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06T00:08:09+01:30', '2024-05-05T22:38:09.000Z'],
    ['2024-05-06T07:08:09.000-0500', '2024-05-06T12:08:09.000Z'],
  ])('%s is kept as %s, cut to milliseconds in UTC', (cell, stored) =>
    expect(roundTrip('Delivered_At__c', cell)).toBe(stored),
  );

  it.each([
    '2024-05-06',
    '2024-05-06 07:08:09',
    '2024-05-06T07:08Z',
    '2024-05-06T07:08:09',
    '2024-05-06T25:00:00Z',
    '2024-02-30T00:00:00Z',
  ])('is refused when it is %s', (cell) =>
    expect(refusal('Delivered_At__c', cell)).toBe(unreadable('Delivered_At__c', cell, 'dateTime')),
  );
});

describe('a checkbox cell', () => {
  it.each([
    ['true', true],
    ['TRUE', true],
    ['False', false],
  ])('%s is %s', (cell, stored) => expect(roundTrip('Fragile__c', cell)).toBe(stored));

  it.each(['yes', 'x', '1', '0', ' true'])('is refused when it is %j', (cell) =>
    expect(refusal('Fragile__c', cell)).toBe(unreadable('Fragile__c', cell, 'boolean')),
  );

  it.each([
    ['true', ['yes', 'Y', 'ON', '1', 'True']],
    ['false', ['no', 'N', 'Off', '0', 'FALSE']],
  ])('is %s for the words of Data Loader too, in any case, where the org takes them', (stored, words) => {
    const db = createDatabase({ quirks: { booleanWords: 'data-loader' } });
    idsOf(
      csv(
        db,
        'insert',
        'Shipment__c',
        words.map((word) => ({ Fragile__c: word })),
      ),
    );
    expect(column(db, 'SELECT Fragile__c FROM Shipment__c').map(String)).toEqual(words.map(() => stored));
  });

  it('that is empty leaves the value on update, and means the default on insert', () => {
    const db = createDatabase();
    const [id] = idsOf(csv(db, 'insert', 'Shipment__c', [{ Fragile__c: 'true' }, { Fragile__c: '' }]));
    idsOf(csv(db, 'update', 'Shipment__c', [{ Id: id, Fragile__c: '' }]));
    expect(column(db, 'SELECT Fragile__c FROM Shipment__c')).toEqual([true, false]);
  });

  it('set to null (#N/A) fails its row, unless the org takes null for false', () => {
    expect(refusal('Fragile__c', '#N/A')).toBe(
      'INVALID_TYPE_ON_FIELD_IN_RECORD:Fragile: value not of required type: :Fragile__c --',
    );
    const db = createDatabase({ quirks: { nullCheckboxIsFalse: true } });
    idsOf(csv(db, 'insert', 'Shipment__c', [{ Insured__c: '#N/A' }]));
    expect(rows(db, 'SELECT Insured__c FROM Shipment__c')).toEqual([[false]]);
  });
});

describe('a number cell', () => {
  it.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['.25', 0.25],
    ['1e3', 1000],
    ['9.12260031E5', 912260.031],
    ['1.23456', 1.235],
    ['123456e-5', 1.235],
  ])('%s is %d, scientific or not, rounded to the scale', (cell, stored) =>
    expect(roundTrip('Weight_Kg__c', cell)).toBe(stored),
  );

  it.each(['abc', '1,5', '1.234,5', '0x10', 'NaN', '1 000', '12kg'])('is refused when it is %s', (cell) =>
    expect(refusal('Weight_Kg__c', cell)).toBe(unreadable('Weight_Kg__c', cell, 'double')),
  );

  it.each(['10000000', '1e300'])('is refused when it has more digits than the field: %s', (cell) =>
    expect(refusal('Weight_Kg__c', cell)).toBe(
      `NUMBER_OUTSIDE_VALID_RANGE:Weight Kg: value outside of valid range on numeric field: ${cell}:Weight_Kg__c --`,
    ),
  );

  it('of an integer field has no decimals', () => {
    const db = createDatabase();
    expect(rowError(db, 'insert', 'Account', { Name: 'a', NumberOfEmployees: '12' })).toBe('');
    expect(rowError(db, 'insert', 'Account', { Name: 'a', NumberOfEmployees: '12.5' })).toMatch(/xsd:int:/);
    expect(rowError(db, 'insert', 'Account', { Name: 'a', NumberOfEmployees: '99999999999' })).toMatch(
      /xsd:int:/,
    );
  });
});

describe('a picklist cell', () => {
  it('of a restricted picklist is one of its active values', () => {
    expect(roundTrip('Status__c', 'In Transit')).toBe('In Transit');
    for (const cell of ['Gone', 'Lost', 'in transit']) {
      expect(refusal('Status__c', cell)).toBe(
        `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:bad value for restricted picklist field: ${cell}:Status__c --`,
      );
    }
  });

  it('of a restricted picklist may differ in case where the org folds it', () => {
    const db = createDatabase({ quirks: { caseInsensitivePicklists: true } });
    idsOf(csv(db, 'insert', 'Shipment__c', [{ Status__c: 'in transit' }]));
    expect(rows(db, 'SELECT Status__c FROM Shipment__c')).toEqual([['In Transit']]);
  });

  it('of an open picklist is anything', () => expect(roundTrip('Carrier__c', 'Pigeon')).toBe('Pigeon'));

  it('of a multi-select picklist holds values between semicolons, each checked', () => {
    expect(roundTrip('Handling__c', 'Cold;Upright')).toBe('Cold;Upright');
    expect(refusal('Handling__c', 'Cold;Warm')).toMatch(/restricted picklist field: Warm:Handling__c --$/);
  });
});

describe('a text cell', () => {
  it('keeps its spaces, quotes and line breaks', () => {
    expect(roundTrip('Notes__c', ' a "b"\r\nc ')).toBe(' a "b"\r\nc ');
  });

  it('is refused when it is longer than the field', () => {
    const text = 'x'.repeat(31);
    expect(refusal('Tracking_Number__c', text)).toBe(
      `STRING_TOO_LONG:Tracking Number: data value too large: ${text} (max length=30):Tracking_Number__c --`,
    );
  });

  it('is refused by an email field when it is no address', () => {
    expect(roundTrip('Contact_Email__c', 'a.b+c@d.example')).toBe('a.b+c@d.example');
    for (const cell of ['nobody', 'a@b', 'a b@c.de', '@c.de']) {
      expect(refusal('Contact_Email__c', cell)).toBe(
        `INVALID_EMAIL_ADDRESS:Contact Email: invalid email address: ${cell}:Contact_Email__c --`,
      );
    }
  });

  it('of a time field is hours, minutes and seconds', () => {
    expect(roundTrip('Pickup_Time__c', '09:30:00')).toBe('09:30:00.000Z');
    expect(refusal('Pickup_Time__c', '9:30')).toMatch(/xsd:time/);
  });
});
