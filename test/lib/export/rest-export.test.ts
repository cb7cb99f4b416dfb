import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { restApi } from '../../../src/lib/api/rest.js';
import { describer } from '../../../src/lib/describe/describe.js';
import { Events } from '../../../src/lib/events.js';
import type { ExportPlan } from '../../../src/lib/run/export-plan.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { prepareQuery } from '../../../src/lib/export/prepare-query.js';
import { runRestExport } from '../../../src/lib/export/rest-export.js';
import { openOutput } from '../../../src/lib/export/sinks/open-output.js';
import { RowCountError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { accountCount, exportBench, soql, type ExportBench } from './export-bench.ts';

/** Runs a query over REST into a file named by the format, and gives the number of its records. */
async function overRest(bench: ExportBench, query: string, more: Partial<ExportPlan> = {}): Promise<number> {
  const { context } = bench;
  const { describe: describeObject, objectNames } = restApi(context.api);
  const describeOf = describer({ describe: describeObject });
  const { shape } = await prepareQuery({ soql: query }, { describeOf, objectNames, through: 'rest' });
  const format = more.format ?? 'json';
  const plan = bench.plan({ ...more, soql: query, format, outputFile: bench.file(`rest.${format}`) });
  const events = new Events<ExportEvents>();
  const openSink = openOutput({ stream: process.stdout, showTable: () => undefined });
  return runRestExport(plan, { events, openSink, describeOf, shape }, context);
}

async function json(bench: ExportBench, query: string, more: Partial<ExportPlan> = {}): Promise<unknown> {
  await overRest(bench, query, more);
  return JSON.parse((await bench.read('rest.json')).toString());
}

describe('what Bulk jobs cannot do', () => {
  test('aggregates have their alias or expr0 as a name, and are numbers', async () => {
    const bench = await exportBench();
    expect(await json(bench, 'SELECT COUNT(Id), MAX(NumberOfEmployees) most FROM Account')).toEqual([
      { expr0: accountCount, most: accountCount - 1 },
    ]);
    expect(await json(bench, 'SELECT COUNT() FROM Account')).toEqual([{ expr0: accountCount }]);
    expect(
      await json(bench, 'SELECT Owner.Username, COUNT(Id) n FROM Account GROUP BY Owner.Username'),
    ).toEqual([{ Username: bench.org.username, n: accountCount }]);
    await overRest(bench, 'SELECT COUNT(Id) n FROM Account', { format: 'parquet' });
    const file = await asyncBufferFromFile(bench.file('rest.parquet'));
    expect(await parquetReadObjects({ file })).toEqual([{ n: accountCount }]);
  });

  test('the records of a subquery are an array in JSON, all of its pages, and JSON in a cell of CSV', async () => {
    const bench = await exportBench({ restPageRows: 2 });
    const [account] = await bench.org.records('Account');
    const lastNames = ['a', 'b', 'c', 'd', 'e'];
    bench.org.database.load(
      'Contact',
      lastNames.map((LastName) => ({ LastName, AccountId: account!.Id! })),
    );
    const query = 'SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName) FROM Account';
    const records = (await json(bench, query)) as unknown[];
    const contacts = lastNames.map((LastName) => ({ LastName, Account: { Name: 'Account 0' } }));
    expect(records).toHaveLength(accountCount);
    expect(records.slice(0, 2)).toEqual([
      { Name: 'Account 0', Contacts: contacts },
      { Name: 'Account 1', Contacts: null },
    ]);
    await overRest(bench, query, { format: 'csv' });
    const lines = (await bench.read('rest.csv')).toString().split('\n');
    expect(lines[0]).toBe('"Name","Contacts"');
    expect(lines[1]).toBe(`"Account 0","${JSON.stringify(contacts).replaceAll('"', '""')}"`);
    expect(lines[2]).toBe('"Account 1",""');
  });

  test('compound fields are objects', async () => {
    const bench = await exportBench({}, [{ Name: 'x', BillingCity: 'Bern' }]);
    expect(await json(bench, 'SELECT BillingAddress FROM Account')).toEqual([
      { BillingAddress: expect.objectContaining({ city: 'Bern' }) as unknown },
    ]);
  });
});

describe('what both can do comes out the same', () => {
  test.each<[string, Partial<ExportPlan>]>([
    ['json', {}],
    ['json', { nested: true }],
    ['json', { typed: false }],
    ['ndjson', {}],
    ['parquet', {}],
  ])('%s %o', async (format, more) => {
    const bench = await exportBench({ restPageRows: 5 });
    // Bulk writes doubles in Java's notation, which --no-typed passes on.
    const query = more.typed === false ? 'SELECT Id, Name, Description, Owner.Username FROM Account' : soql;
    await bench.run(bench.plan({ ...more, soql: query, format, outputFile: bench.file(`bulk.${format}`) }));
    expect(await overRest(bench, query, { ...more, format })).toBe(accountCount);
    const [bulk, rest] = [await bench.read(`bulk.${format}`), await bench.read(`rest.${format}`)];
    if (format === 'json') expect(JSON.parse(rest.toString())).toEqual(JSON.parse(bulk.toString()));
    else if (format === 'ndjson') expect(rest.toString().split('\n').length).toBe(accountCount + 1);
    else {
      const read = async (name: string) =>
        parquetReadObjects({ file: await asyncBufferFromFile(bench.file(name)) });
      expect(await read('rest.parquet')).toEqual(await read('bulk.parquet'));
    }
  });
});

test.each([
  ['json', '[]\n'],
  ['csv', '"Id","Name"\n'],
  ['ndjson', ''],
])('an empty result is a valid file: %s', async (format, content) => {
  const bench = await exportBench({}, []);
  expect(await overRest(bench, 'SELECT Id, Name FROM Account', { format })).toBe(0);
  expect((await bench.read(`rest.${format}`)).toString()).toBe(content);
});

test('records that are missing are an error, and no file appears', async () => {
  const bench = await exportBench({ restPageRows: 5 });
  const { api } = bench.context;
  const context = {
    ...bench.context,
    api: {
      requestCount: 0,
      send: ((request, read) =>
        api.send(request, async (response) => {
          const page = (await read(response)) as { done?: boolean; records?: unknown[] };
          return (page.records === undefined ? page : { ...page, done: true }) as never;
        })) as typeof api.send,
    },
  };
  const error = await failureOf(overRest({ ...bench, context }, 'SELECT Id FROM Account'));
  expect(error).toBeInstanceOf(RowCountError);
  expect(error.message).toContain(`has ${accountCount} records, and 5 arrived`);
  expect(await bench.files()).toEqual([]);
});
