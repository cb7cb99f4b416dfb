import { readFile } from 'node:fs/promises';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { InputError, UsageError } from '../../../../src/lib/errors.js';
import type { ValueFormats } from '../../../../src/lib/formats/value-formats.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { exportedWorkbook } from '../../../support/workbook.ts';
import { planOf, uploadsOf } from './support.ts';

const object = fakeObject('Account', '001', [
  fakeField('Name'),
  fakeField('Day__c', { type: 'date' }),
  fakeField('Time__c', { type: 'datetime' }),
  fakeField('Sum__c', { type: 'currency', precision: 18, scale: 2 }),
  fakeField('Open__c', { type: 'boolean', defaultedOnCreate: true }),
]);

const german: ValueFormats = {
  dates: ['dd.MM.yyyy', 'dd.MM.yyyy HH:mm'],
  timeZone: 'Europe/Berlin',
  decimalSeparator: ',',
  booleanWords: true,
};
const checked = { preflight: true, columns: { formats: german } };

const csv = 'Name;Day__c;Time__c;Sum__c;Open__c\n';
const row = '1,5;31.12.2026;01.07.2026 12:00;"1.234,50";yes\n';
const sent = '1,5;2026-12-31;2026-07-01T10:00:00.000Z;1234.50;true\n';

describe('values in the form of a place', () => {
  test.each([true, false])('are sent in that of the service; checked: %s', async (preflight) => {
    const files = { 'a.csv': csv + row, 'b.csv': `${csv}x;;#N/A;;\n${row}` };
    const { plan, warnings } = await planOf(files, { ...checked, preflight }, [object]);
    expect(await uploadsOf(plan)).toEqual([`${csv}${sent}x;;#N/A;;\n${sent}`]);
    expect(warnings.map(({ message }) => message)).toEqual([
      'Values are converted. Day__c: "31.12.2026" becomes 2026-12-31; ' +
        'Time__c: "01.07.2026 12:00" becomes 2026-07-01T10:00:00.000Z; ' +
        'Sum__c: "1.234,50" becomes 1234.50; Open__c: "yes" becomes true.',
    ]);
  });

  test('that fit none are told with row, column and the form, and can be set aside', async () => {
    const bad = 'y;31.02.2026;;12.5;perhaps\n';
    const refusal = await failureOf<InputError>(planOf({ 'a.csv': csv + bad + row }, checked, [object]));
    expect(refusal.message).toContain(
      '"31.02.2026" is not a valid date of the form dd.MM.yyyy or dd.MM.yyyy HH:mm.',
    );
    expect(refusal.message).toContain('"12.5" is not a number with "," before its decimals.');
    expect(refusal.message).toContain('"perhaps" is not one of yes and no');
    const { plan } = await planOf({ 'a.csv': csv + bad + row }, { ...checked, setAsideInvalid: true }, [
      object,
    ]);
    expect(await uploadsOf(plan)).toEqual([csv + sent]);
    expect(plan.setAside?.rows).toBe(1);
  });

  test('are held against the field once they are converted', async () => {
    const huge = `x;;;1${'.000'.repeat(6)},5;\n`;
    const refusal = await failureOf<InputError>(planOf({ 'a.csv': csv + huge }, checked, [object]));
    expect(refusal.message).toContain('too large');
  });

  test.each([
    ['a number with the other separator', { decimalSeparator: '.' }, 'Sum__c', '0,125'],
    ['a number with the other separator', { decimalSeparator: ',' }, 'Sum__c', '0.125'],
    ['a number that would be one without the flag', { decimalSeparator: ',' }, 'Sum__c', '12.5'],
    ['a date that two forms read differently', { dates: ['d/M/yyyy', 'M/d/yyyy'] }, 'Day__c', '1/2/2026'],
  ] as const)('%s is invalid in every format: %j', async (_, formats, column, value) => {
    const request = { preflight: true, columns: { formats } };
    const fine = column === 'Sum__c' ? '12' : '2026-01-31';
    const files = {
      'a.csv': `Name;${column}\nx;${value}\ny;${fine}\n`,
      'a.json': JSON.stringify([
        { Name: 'x', [column]: value },
        { Name: 'y', [column]: fine },
      ]),
      'a.xlsx': exportedWorkbook(['Name', column], `x,"${value}"\ny,"${fine}"\n`, ['string', 'string']),
    };
    for (const [name, content] of Object.entries(files)) {
      const refusal = await failureOf<InputError>(planOf({ [name]: content }, request, [object]));
      expect(refusal.problems, name).toMatchObject([{ row: 1 }]);
      expect(refusal.message).toContain(`"${value}"`);
      if (column === 'Day__c')
        expect(refusal.message).toContain('can be 2026-02-01 (d/M/yyyy) or 2026-01-02 (M/d/yyyy)');
      const aside = { ...request, setAsideInvalid: true };
      const { plan } = await planOf({ [name]: content }, aside, [object]);
      expect((await uploadsOf(plan)).join().replace(';', ',').replace(';', ',')).toBe(
        `Name,${column}\ny,${fine}\n`,
      );
      expect(plan.setAside?.rows).toBe(1);
      expect(await readFile(plan.setAside?.path ?? '', 'utf8')).toContain(value);
    }
  });

  test('are times of the zone where they have none, as the service or a database writes them', async () => {
    const columns = { formats: { timeZone: 'Europe/Berlin' } };
    const times = ['2026-07-31T10:00:00', '2026-07-31 10:00:00.123456', '2026-07-31T10:00:00Z', '2026-07-31'];
    const sentTimes = [
      '2026-07-31T08:00:00.000Z',
      '2026-07-31T08:00:00.123Z',
      times[2],
      '2026-07-30T22:00:00.000Z',
    ];
    const files = {
      'a.csv': `Time__c\n${times.join('\n')}\n`,
      'a.json': JSON.stringify(times.map((time) => ({ Time__c: time }))),
      'a.xlsx': exportedWorkbook(['Time__c'], `${times.join('\n')}\n`, ['string']),
    };
    for (const [name, content] of Object.entries(files)) {
      const { plan } = await planOf({ [name]: content }, { preflight: true, columns }, [object]);
      expect(await uploadsOf(plan), name).toEqual([`Time__c\n${sentTimes.join('\n')}\n`]);
    }
    const local = { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } as const;
    const parquet = parquetWriteBuffer({
      columnData: [{ name: 'Time__c', data: [BigInt(Date.UTC(2026, 6, 31, 10))] }],
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'Time__c', type: 'INT64', logical_type: local },
      ],
    });
    const { plan } = await planOf({ 'a.parquet': Buffer.from(parquet) }, { columns }, [object]);
    expect(await uploadsOf(plan)).toEqual(['Time__c\n2026-07-31T08:00:00.000Z\n']);
    const skipped = { 'a.csv': 'Time__c\n2026-03-29 02:30:00\n' };
    await expect(planOf(skipped, { preflight: true, columns }, [object])).rejects.toThrow('in Europe/Berlin');
  });

  test('are sent as they are where nobody asked', async () => {
    const { plan } = await planOf({ 'a.csv': csv + row }, {}, [object]);
    expect(plan.sources[0]?.spooled).toBe(false);
    expect(await uploadsOf(plan)).toEqual([csv + row]);
  });

  test('are texts in records; numbers and booleans of JSON are what they are', async () => {
    const lines = [
      { Name: 'text', Day__c: '31.12.2026', Sum__c: '1.234,5', Open__c: 'n' },
      { Name: 'typed', Day__c: null, Sum__c: 1.234, Open__c: true },
    ].map((record) => JSON.stringify(record));
    const { plan, warnings } = await planOf({ 'a.ndjson': lines.join('\n') }, checked, [object]);
    expect(await uploadsOf(plan)).toEqual([
      'Name,Day__c,Sum__c,Open__c\ntext,2026-12-31,1234.5,false\ntyped,#N/A,1.234,true\n',
    ]);
    expect(warnings.map(({ message }) => message).join()).toContain('Sum__c: "1.234,5" becomes 1234.5');
  });

  test('come from Excel too, where dates are dates and numbers numbers', async () => {
    const columns = ['Name', 'Day__c', 'Time__c', 'Sum__c', 'Open__c'];
    const rows =
      'typed,2026-12-31,2026-07-01T12:00:00Z,1234.5,true\n"text","31.12.2026","01.07.2026 12:00","1.234,50","yes"\n';
    const kinds = ['string', 'date', 'datetime', 'double', 'boolean'] as const;
    const { plan } = await planOf({ 'a.xlsx': exportedWorkbook(columns, rows, kinds) }, checked, [object]);
    // A time of a sheet has no zone of its own.
    expect(await uploadsOf(plan)).toEqual([
      `${columns.join(',')}\ntyped,2026-12-31,2026-07-01T10:00:00.000Z,1234.5,true\n` +
        'text,2026-12-31,2026-07-01T10:00:00.000Z,1234.50,true\n',
    ]);
  });

  test.each(['a.ndjson', 'a.xlsx'])('are also numbers, where the field is a checkbox: %s', async (name) => {
    const content =
      name === 'a.xlsx'
        ? exportedWorkbook(['Sum__c', 'Open__c'], '1,1\n0,0\n', ['double', 'double'])
        : '{"Sum__c":1,"Open__c":1}\n{"Sum__c":0,"Open__c":0}\n';
    const { plan } = await planOf({ [name]: content }, checked, [object]);
    expect(await uploadsOf(plan)).toEqual(['Sum__c,Open__c\n1,true\n0,false\n']);
    const refusal = await failureOf<InputError>(planOf({ [name]: content }, { preflight: true }, [object]));
    expect(refusal.problems).toMatchObject([
      { code: 'BAD_BOOLEAN', row: 1, column: 'Open__c' },
      { code: 'BAD_BOOLEAN', row: 2, column: 'Open__c' },
    ]);
    expect(refusal.message).toContain('--boolean-words');
  });

  test('of an export come back as they were: midnight is an instant where the field holds one', async () => {
    const workbook = exportedWorkbook(['Day__c', 'Time__c'], '2026-02-01,2026-02-01T00:00:00.000Z\n', [
      'date',
      'datetime',
    ]);
    const { plan } = await planOf({ 'a.xlsx': workbook }, { preflight: true }, [object]);
    expect(await uploadsOf(plan)).toEqual(['Day__c,Time__c\n2026-02-01,2026-02-01T00:00:00.000Z\n']);
  });

  test('are known by the field that a column is mapped to, or is the label of', async () => {
    const labelled = fakeObject('Account', '001', [fakeField('Day__c', { type: 'date', label: 'Tag' })]);
    const columns = { formats: german, mapByLabel: true };
    for (const [name, content] of [
      ['a.csv', 'Tag\n31.12.2026\n'],
      ['a.json', '[{"Tag":"31.12.2026"}]'],
    ] as const) {
      const { plan } = await planOf({ [name]: content }, { columns }, [labelled]);
      expect(await uploadsOf(plan)).toEqual(['Day__c\n2026-12-31\n']);
    }
  });

  test('need a zone where they are times', async () => {
    const columns = { formats: { dates: ['dd.MM.yyyy'] } };
    const refusal = await failureOf(planOf({ 'a.csv': csv + row }, { columns }, [object]));
    expect(refusal).toBeInstanceOf(UsageError);
    expect(String(refusal)).toContain('Which time zone');
  });

  test('come through in any number of rows', async () => {
    const count = 20_000;
    const { plan } = await planOf({ 'a.csv': csv + row.repeat(count) }, checked, [object]);
    expect(await uploadsOf(plan)).toEqual([csv + sent.repeat(count)]);
  });
});
