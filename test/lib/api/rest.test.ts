import { expect, test } from 'vitest';
import { restApi, type RestApi } from '../../../src/lib/api/rest.js';
import { recordingApi } from '../../support/recording-api.ts';

const records = [{ attributes: { type: 'Account' }, id: '001', Name: 'Ada' }];

test.each<[string, (rest: RestApi) => Promise<unknown>, object]>([
  ['describe', (rest) => rest.describe('Ship__c'), { path: 'sobjects/Ship__c/describe', repeatable: true }],
  ['describe takes no detours', (rest) => rest.describe('../x'), { path: 'sobjects/..%2Fx/describe' }],
  ['limits', (rest) => rest.limits(), { path: 'limits', repeatable: true }],
  [
    'query',
    (rest) => rest.query('SELECT Id'),
    { path: 'query', query: { q: 'SELECT Id' }, repeatable: true },
  ],
  [
    'query with deleted records',
    (rest) => rest.query('SELECT Id', { includeDeleted: true }),
    { path: 'queryAll' },
  ],
  ['query more', (rest) => rest.queryMore('/services/x'), { path: '/services/x', repeatable: true }],
  [
    'update is not repeated blindly',
    (rest) => rest.updateMany(records),
    {
      method: 'PATCH',
      path: 'composite/sobjects',
      body: JSON.stringify({ allOrNone: false, records }),
      repeatable: false,
    },
  ],
  [
    'delete is not repeated blindly',
    (rest) => rest.deleteMany(['001', '002']),
    { method: 'DELETE', query: { ids: '001,002', allOrNone: 'false' }, repeatable: false },
  ],
])('%s', async (_, call, request) => {
  const api = recordingApi();
  await call(restApi(api));
  expect(api.requests).toMatchObject([request]);
});
