import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, queryError } from './support.ts';

const db = createDatabase();
const places = [
  ['Paris', '48.8566', '2.3522'],
  ['London', '51.5074', '-0.1278'],
  ['New York', '40.7128', '-74.0060'],
];
idsOf(
  csv(db, 'insert', 'Shipment__c', [
    ...places.map(([Name = '', latitude = '', longitude = '']) => ({
      Name,
      Destination__Latitude__s: latitude,
      Destination__Longitude__s: longitude,
    })),
    { Name: 'Nowhere' },
  ]),
);
idsOf(
  csv(db, 'insert', 'Account', [{ Name: 'Paris', BillingLatitude: '48.8566', BillingLongitude: '2.3522' }]),
);

const london = 'GEOLOCATION(51.5074, -0.1278)';
const named = (where: string, flags = {}): unknown[] =>
  column(db, `SELECT Name FROM Shipment__c WHERE ${where}`, flags);

describe('DISTANCE', () => {
  it.each([
    ['< 1', ['London']],
    ['< 343', ['London']],
    ['< 345', ['Paris', 'London']],
    ['> 345', ['New York']],
    ['< 6000', ['Paris', 'London', 'New York']],
  ])('is allowed in WHERE, in kilometres: %s of London', (within, names) => {
    expect(named(`DISTANCE(Destination__c, ${london}, 'km') ${within}`)).toEqual(names);
    expect(named(`DISTANCE(Destination__c, ${london}, 'km') ${within}`, { bulk: true })).toEqual(names);
  });

  it('counts in miles, of an address, and from either side', () => {
    expect(named(`DISTANCE(${london}, Destination__c, 'mi') < 214`)).toEqual(['Paris', 'London']);
    expect(named(`DISTANCE(Destination__c, ${london}, 'mi') < 213`)).toEqual(['London']);
    const paris =
      "SELECT Name FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(48.85, 2.35), 'mi') < 1";
    expect(column(db, paris)).toEqual(['Paris']);
  });

  it('sorts, with what is nowhere first', () => {
    const order = `SELECT Name FROM Shipment__c ORDER BY DISTANCE(Destination__c, ${london}, 'km')`;
    expect(column(db, order)).toEqual(['Nowhere', 'London', 'Paris', 'New York']);
    expect(column(db, `${order} DESC NULLS LAST`)).toEqual(['New York', 'Paris', 'London', 'Nowhere']);
  });

  it.each([
    ["DISTANCE(Destination__c, GEOLOCATION(1, 2), 'km') = 5", 'MALFORMED_QUERY'],
    ["DISTANCE(Destination__c, GEOLOCATION(1, 2), 'ft') < 5", 'MALFORMED_QUERY'],
    ["DISTANCE(Destination__c, 'km') < 5", 'MALFORMED_QUERY'],
    ["DISTANCE(Name, GEOLOCATION(1, 2), 'km') < 5", 'INVALID_FIELD'],
    ["DISTANCE(Nope__c, GEOLOCATION(1, 2), 'km') < 5", 'INVALID_FIELD'],
  ])('is refused as %s', (where, code) => {
    expect(queryError(db, `SELECT Id FROM Shipment__c WHERE ${where}`).code).toBe(code);
  });
});
