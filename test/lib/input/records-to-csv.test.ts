import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/lib/errors.js';
import type { InputRecord } from '../../../src/lib/input/input-record.js';
import { recordsToCsv, type RecordsToCsvOptions } from '../../../src/lib/input/records-to-csv.js';
import { gather } from '../output/support.ts';

async function csv(
  records: readonly InputRecord[],
  options: Partial<RecordsToCsvOptions> = {},
): Promise<string> {
  const pieces = await gather(recordsToCsv(() => records, { file: 'in.json', ...options }));
  return Buffer.concat(pieces).toString();
}

describe('recordsToCsv', () => {
  it('has the columns of all records, in the order they are first seen', async () => {
    expect(await csv([{ Name: 'a' }, { Phone: '1', name: 'b' }, { City: 'c', NAME: 'd' }])).toBe(
      'Name,Phone,City\na,,\nb,1,\nd,,c\n',
    );
  });

  it('makes relationship columns of nested records, and drops REST attributes', async () => {
    const attributes = { type: 'Contact', url: '/x' };
    const record = { attributes, Id: '1', Account: { attributes, Ext__c: 'x', Owner: { Alias: 'al' } } };
    expect(await csv([record])).toBe('Id,Account.Ext__c,Account.Owner.Alias\n1,x,al\n');
  });

  it('writes null as #N/A and leaves what is missing empty', async () => {
    expect(await csv([{ A: null, B: undefined, C: '' }, { B: 'b' }])).toBe('A,C,B\n#N/A,,\n,,b\n');
  });

  it('writes a parent record that is null as null in each of its columns', async () => {
    const records = [
      { Id: '1', Account: null },
      { Id: '2', account: { Ext__c: 'x', Owner: { Alias: 'y' } } },
    ];
    expect(await csv(records)).toBe('Id,account.Ext__c,account.Owner.Alias\n1,#N/A,#N/A\n2,x,y\n');
    expect(await csv([{ Id: '1', Account: null }])).toBe('Id,Account\n1,#N/A\n');
  });

  it('leaves the key of a parent empty where it is null: only the parent itself can be cleared', async () => {
    const records = [
      { Id: '1', 'Account.Ext__c': null },
      { Id: '2', Account: { Ext__c: null } },
      { Account: null },
    ];
    expect(await csv(records)).toBe('Id,Account.Ext__c\n1,\n2,\n,#N/A\n');
  });

  it('writes every kind of value as the service takes it', async () => {
    const record = {
      B: true,
      F: false,
      N: 1.5,
      E: 1e21,
      Big: 12345678901234567890n,
      T: new Date('2025-11-25T03:45:21.142Z'),
      D: new Date('2025-11-25T00:00:00Z'),
      M: ['a', 'b'],
      None: [],
      Bytes: Buffer.from('hi'),
      S: 'a "b",\nc',
    };
    expect(await csv([record], { isDateColumn: (column) => column === 'D' })).toBe(
      'B,F,N,E,Big,T,D,M,None,Bytes,S\n' +
        'true,false,1.5,1e+21,12345678901234567890,2025-11-25T03:45:21.142Z,2025-11-25,a;b,#N/A,aGk=,"a ""b"",\nc"\n',
    );
  });

  it.each([
    [{ A: Number.NaN }, 'A is NaN'],
    [{ A: Infinity }, 'A is Infinity'],
    [{ A: new Date('x') }, 'A is not a valid date'],
    [{ A: ['a', 1] }, 'A is a list'],
    [{ A: ['a;b'] }, 'A is a list'],
    [{ P: { A: [{ B: 1 }] } }, 'P.A is a list'],
    [{ A: () => 1 }, 'A is a function'],
    [{ A: '1', a: '2' }, 'has a twice, in different spellings'],
  ])('refuses %o, naming the record', async (record, message) => {
    const failing = csv([{ A: 'fine' }, record]);
    await expect(failing).rejects.toThrow(InputError);
    await expect(failing).rejects.toThrow('in.json, row 2: The record ');
    await expect(failing).rejects.toThrow(message);
  });

  it.each([[[]], [[{}, {}]]])('refuses %j, which has no columns', async (records) => {
    await expect(csv(records)).rejects.toThrow('in.json: There are no records with fields in it.');
  });

  it('quotes an empty value that stands alone in its row', async () => {
    expect(await csv([{ A: '' }, { A: 'x' }, {}])).toBe('A\n""\nx\n""\n');
  });

  it('writes strings that csv-parse reads back, in many pieces', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '漢'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ A: text, B: text }), { minLength: 1 }), async (records) => {
        expect(parse(await csv(records), { columns: true, record_delimiter: '\n' })).toEqual(records);
      }),
      { numRuns: 50 },
    );
    const pieces = await gather(
      recordsToCsv(() => Array.from({ length: 20_000 }, (_, row) => ({ Id: `${row}`.padStart(18, '0') })), {
        file: 'x',
      }),
    );
    expect(pieces.length).toBeGreaterThan(3);
    expect(Buffer.concat(pieces).toString().split('\n')).toHaveLength(20_002);
  });
});
