import { expect, test } from 'vitest';
import { restApi, type RestApi } from '../../../src/lib/api/rest.js';
import { UnexpectedAnswerError, UnknownOutcomeError } from '../../../src/lib/api/errors.js';
import { UsageError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { openHttpApi } from '../../support/http-api.ts';
import { httpServer } from '../../support/http-server.ts';
import { recordingApi } from '../../support/recording-api.ts';
import { json } from '../../support/reply.ts';

const ids = ['001000000000001AAA', '001000000000002AAA'] as const;
const records = [{ attributes: { type: 'Account' }, id: ids[0], Name: 'Ada' }];
const page = { totalSize: 0, done: true, records: [] };
const more = '/services/data/v60.0/query/01g-2000';
const results = ids.map((id) => ({ id, success: true, errors: [] }));

test.each<[string, (rest: RestApi) => Promise<unknown>, object, unknown]>([
  [
    'describe',
    (rest) => rest.describe('Ship__c'),
    { path: 'sobjects/Ship__c/describe', repeatable: true },
    { name: 'Ship__c', fields: [] },
  ],
  ['limits', (rest) => rest.limits(), { path: 'limits', repeatable: true }, {}],
  [
    'query',
    (rest) => rest.query('SELECT Id'),
    { path: 'query', query: { q: 'SELECT Id' }, repeatable: true },
    page,
  ],
  [
    'query with deleted records',
    (rest) => rest.query('SELECT Id', { includeDeleted: true }),
    { path: 'queryAll' },
    page,
  ],
  [
    'the next page of a query',
    async (rest) => {
      for await (const each of rest.pagesFrom({ ...page, done: false, nextRecordsUrl: more })) void each;
    },
    { path: more, repeatable: true },
    page,
  ],
  [
    'update is not repeated blindly',
    (rest) => rest.updateMany(records),
    {
      method: 'PATCH',
      path: 'composite/sobjects',
      body: JSON.stringify({ allOrNone: false, records }),
      repeatable: false,
    },
    results,
  ],
  [
    'delete is not repeated blindly',
    (rest) => rest.deleteMany(ids),
    { method: 'DELETE', query: { ids: ids.join(','), allOrNone: 'false' }, repeatable: false },
    results,
  ],
])('%s', async (_, call, request, answer) => {
  const api = recordingApi(json(200, answer));
  await call(restApi(api));
  expect(api.requests).toMatchObject([request]);
});

test.each<[string, (rest: RestApi) => Promise<unknown>]>([
  ['describe', (rest) => rest.describe('../x')],
  ['delete', (rest) => rest.deleteMany(['001000000000001AAA,001000000000002AAA'])],
])('%s sends nothing that could lead elsewhere', async (_, call) => {
  const api = recordingApi();
  await expect(async () => call(restApi(api))).rejects.toBeInstanceOf(UsageError);
  expect(api.requests).toEqual([]);
});

const field = { name: 'Name', type: 'string', relationshipName: null, referenceTo: [] };

test.each<[string, (rest: RestApi) => Promise<unknown>, unknown, string]>([
  [
    'another object',
    (rest) => rest.describe('Account'),
    { name: 'Contact', fields: [] },
    '"Contact" for the object',
  ],
  ['an object', (rest) => rest.describe('Account'), { name: '../x', fields: [] }, '"../x" for the object'],
  [
    'a field',
    (rest) => rest.describe('Account'),
    { name: 'Account', fields: [{ ...field, name: 'Name FROM User' }] },
    '"Name FROM User" for a name',
  ],
  [
    'a parent',
    (rest) => rest.describe('Account'),
    { name: 'Account', fields: [{ ...field, referenceTo: ['a/b'] }] },
    '"a/b" for a name',
  ],
  ['a list of objects', (rest) => rest.objectNames(), { sobjects: [{ name: 'a\nb' }] }, '"a\\nb" for'],
  ['a count', (rest) => rest.query(''), { ...page, totalSize: -1 }, '-1 for totalSize'],
  ['records', (rest) => rest.query(''), { ...page, records: {} }, 'an object for the records'],
  ['a record', (rest) => rest.query(''), { ...page, records: [[]] }, 'a list for a record'],
])('%s that Salesforce does not send is refused by name', async (_, call, answer, named) => {
  const error = await failureOf(call(restApi(recordingApi(json(200, answer)))));
  expect(error).toBeInstanceOf(UnexpectedAnswerError);
  expect(error.message).toContain(named);
});

test.each<[string, (rest: RestApi) => Promise<unknown>]>([
  ['update', (rest) => rest.updateMany(records)],
  ['delete', (rest) => rest.deleteMany(ids)],
])(
  'an answer to a call to %s records that Salesforce does not send leaves open what was done',
  async (_, call) => {
    for (const answer of [[null], {}, [{ id: '1', success: true }], [{ success: 'yes' }], 'done']) {
      const error = await failureOf(call(restApi(recordingApi(json(200, answer)))));
      expect(error).toBeInstanceOf(UnknownOutcomeError);
      expect(error.cause).toBeInstanceOf(UnexpectedAnswerError);
    }
  },
);

test.each(['Invoice__c', 'INVOICE__C', 'ns__Invoice__c'])(
  'a describe of %s is one of Invoice__c',
  async (name) => {
    const api = recordingApi(json(200, { name, fields: [] }));
    expect(await restApi(api).describe('Invoice__c')).toEqual({ name, fields: [] });
  },
);

test('pages of records too long to be read whole are asked for with fewer records from then on', async () => {
  const sizes: unknown[] = [];
  const long = 'x'.repeat(20 * 1024);
  const server = await httpServer(({ headers, url }, response) => {
    const size = Number(/batchSize=(\d+)/.exec(String(headers['sforce-query-options']))?.[1] ?? 2_000);
    sizes.push(size);
    const isLast = url === more;
    const answer = {
      totalSize: 4_000,
      done: isLast,
      ...(isLast ? {} : { nextRecordsUrl: more }),
      records: Array.from({ length: size }, () => ({ Name: long })),
    };
    response.end(JSON.stringify(answer));
  });
  const rest = restApi(openHttpApi(server.origin));
  const counts: number[] = [];
  for await (const { records: each } of rest.pagesFrom(await rest.query('SELECT Name FROM X')))
    counts.push(each.length);
  expect(sizes).toEqual([2_000, 200, 200]);
  expect(counts).toEqual([200, 200]);
});
