import type { ColumnKind } from '../../../src/lib/describe/column-types.js';
import type { Value } from '../../../local-org/index.ts';

/** A field of the query, by its describe: how exports type it, and how its text is read without them. */
export type ShipmentField = {
  readonly kind: ColumnKind;
  readonly sqlType: string;
  readonly value: (text: string) => unknown;
};

const text: ShipmentField = { kind: 'string', sqlType: 'VARCHAR', value: (cell) => cell };
const double: ShipmentField = { kind: 'double', sqlType: 'DOUBLE', value: Number };
const boolean: ShipmentField = {
  kind: 'boolean',
  sqlType: 'BOOLEAN',
  value: (cell) => ({ true: true, false: false })[cell],
};
const datetime: ShipmentField = {
  kind: 'datetime',
  sqlType: 'TIMESTAMP WITH TIME ZONE',
  value: (cell) => new Date(cell),
};

/** Every type of field that makes a difference, own and of parents, in the order of the query. */
export const fieldsOfShipments: Readonly<Record<string, ShipmentField>> = {
  Id: text,
  Name: text,
  Weight_Kg__c: double,
  Pieces__c: double,
  Freight_Cost__c: double,
  Duty_Rate__c: double,
  Destination__Latitude__s: double,
  Fragile__c: boolean,
  Ship_Date__c: { kind: 'date', sqlType: 'DATE', value: (cell) => new Date(cell) },
  Delivered_At__c: datetime,
  Pickup_Time__c: text,
  Status__c: text,
  Handling__c: text,
  Notes__c: text,
  'Account__r.Name': text,
  'Account__r.NumberOfEmployees': { kind: 'int', sqlType: 'INTEGER', value: Number },
  'Account__r.CreatedDate': datetime,
};

export const shipmentsSoql = `SELECT ${Object.keys(fieldsOfShipments).join(', ')} FROM Shipment__c`;

export const shipmentCount = 23;

const notes = [
  'plain',
  'said "so"',
  'two\nlines',
  'CR LF\r\nand a tab\t.',
  'Zürich, 東京 😀',
  ' a,b;c|d ',
  null,
];
const costs = [0, 0.1, -1234.56, 9_999_999_999.99, 4.35, null];
const days = ['1700-01-01', '2024-02-29', '4000-12-31', null];
const times = ['1969-12-31T23:59:59.999Z', '2025-11-25T03:45:21.142Z', null];

function pick<Item>(items: readonly Item[], index: number): Item | null {
  return items[index % items.length] ?? null;
}

/** Shipments of an account, and some of none; every field is empty in some of them. */
export function shipments(accountId: string): Array<Record<string, Value>> {
  return Array.from({ length: shipmentCount }, (_, index) => ({
    Name: `Shipment ${index}`,
    Weight_Kg__c: pick([0.001, null, 1234567.891, 12_345_678], index),
    Pieces__c: pick([null, 1, 999_999, -3], index),
    Freight_Cost__c: pick(costs, index),
    Duty_Rate__c: pick([null, 19, 7.25, 0], index),
    Destination__Latitude__s: pick([null, 47.376886999999996, -89.99999], index),
    Fragile__c: index % 2 === 0,
    Ship_Date__c: pick(days, index),
    Delivered_At__c: pick(times, index),
    Pickup_Time__c: pick(['10:00:00.000Z', null], index),
    Status__c: pick(['Draft', 'In Transit', null], index),
    Handling__c: pick(['Cold;Upright', null, 'Hazardous'], index),
    Notes__c: pick(notes, index),
    Account__c: index % 5 === 0 ? null : accountId,
  }));
}
