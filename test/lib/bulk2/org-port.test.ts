import { Connection, type ConnectionConfig } from '@jsforce/jsforce-node';
import { expect, test } from 'vitest';
import { BulkV2, type BulkV2Options, type RetryNotice } from '../../../src/lib/index.js';
import { httpServer, sendJson } from '../../support/http-server.ts';
import { addAccounts, openBulk } from './open-bulk.ts';

const accessToken = '00D000000000001!AQ0123456789012345678901234567890';
const soql = 'SELECT Id FROM Account';

test('the proxy of the connection carries the requests', async () => {
  const proxy = await httpServer((_, response) =>
    sendJson(response, 400, [{ errorCode: 'PROXIED', message: 'x' }]),
  );
  const config = { instanceUrl: 'http://org.example', accessToken, version: '60.0', httpProxy: proxy.origin };
  await using bulk = new BulkV2(new Connection(config));
  await expect(bulk.query(soql)).rejects.toMatchObject({ name: 'PROXIED' });
  expect(proxy.requests).toEqual(['POST http://org.example/services/data/v60.0/jobs/query']);
});

async function callOptionsOf(config: ConnectionConfig, options: BulkV2Options = {}): Promise<unknown> {
  const seen: unknown[] = [];
  const server = await httpServer((request, response) => {
    seen.push(request.headers['sforce-call-options']);
    sendJson(response, 400, [{ errorCode: 'X', message: 'x' }]);
  });
  const connection = new Connection({ instanceUrl: server.origin, accessToken, version: '60.0', ...config });
  await using bulk = new BulkV2(connection, options);
  await expect(bulk.query(soql)).rejects.toThrow();
  return seen[0];
}

test('the call options of the connection are sent, and a client of its own', async () => {
  expect(await callOptionsOf({})).toBe('client=sf-bulk2');
  const callOptions = { client: 'mine', defaultNamespace: 'ns' };
  expect(await callOptionsOf({ callOptions })).toBe('client=mine, defaultNamespace=ns');
  expect(await callOptionsOf({ callOptions }, { client: 'other' })).toBe('client=other, defaultNamespace=ns');
});

test('onRetry hears of every request that is sent again, in each call', async () => {
  const notices: RetryNotice[] = [];
  const { org, bulk } = await openBulk({}, { onRetry: (notice) => notices.push(notice) });
  addAccounts(org, 1);
  for (const endpoint of ['query.info', 'rest.query'])
    await org.faults.add({ endpoint, action: { kind: 'drop-before' } });
  await (await bulk.query(soql)).toArray();
  expect(notices).toHaveLength(1);
  await bulk.destroy(soql);
  expect(notices).toHaveLength(2);
  expect(notices[0]).toMatchObject({ attempt: 1, step: expect.stringContaining('job') as string });
});
