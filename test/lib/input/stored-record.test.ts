import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/lib/index.js';
import { gather } from '../../../src/lib/parallel.js';
import { readStoredRecords, storedRecord } from '../../../src/lib/input/stored-record.js';

const back = (record: Record<string, unknown>) =>
  gather(readStoredRecords(Readable.from([Buffer.from(storedRecord(record, 1))], { objectMode: false })));

test('a record comes back as its cells: Dates stay Dates, null stays null, the rest is text', async () => {
  const day = new Date('2026-03-01T00:00:00Z');
  const record = {
    attributes: { type: 'Account' },
    Name: 'a\n"b"',
    CloseDate: day,
    Amount: 10n ** 20n,
    Rate: 0.1,
    Active: true,
    Picks: ['red', 'blue'],
    Body: Buffer.from('hi'),
    Parent: { Ext__c: 'p', Since: day },
    Phone: null,
    Fax: undefined,
  };
  expect(await back(record)).toEqual([
    {
      Name: 'a\n"b"',
      CloseDate: day,
      Amount: '100000000000000000000',
      Rate: '0.1',
      Active: 'true',
      Picks: 'red;blue',
      Body: 'aGk=',
      'Parent.Ext__c': 'p',
      'Parent.Since': day,
      Phone: null,
    },
  ]);
});

test.each([[() => 1], [Number.NaN], [new Date(Number.NaN)], [Symbol('x')]])(
  'what no cell can hold is refused, with the number of the record',
  (value) => {
    expect(() => storedRecord({ Name: value }, 7)).toThrow(InputError);
    expect(() => storedRecord({ Name: value }, 7)).toThrow('row 7');
  },
);
