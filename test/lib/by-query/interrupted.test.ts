import { expect, test } from 'vitest';
import { changesTwice, interruptedChanges } from '../../../src/lib/by-query/interrupted.js';
import type { ByQueryRequest } from '../../../src/lib/by-query/request.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const soql = 'SELECT Id FROM Account';
const update = (change: Record<string, string>): ByQueryRequest => ({ operation: 'update', soql, change });

test('a change is the same by its query, its values in any order, its operation and its org', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 3);
  const context = bulk.context();
  const lost = { kind: 'answer', status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'busy' } as const;
  await org.faults.add({ endpoint: 'rest.query', nth: 3, count: 'always', action: lost });
  await org.faults.add({ endpoint: 'collections.update', count: 'always', action: lost });
  await expect(bulk.update(soql, { Phone: '1', Fax: '2' })).rejects.toThrow('busy');
  const count = async (request: ByQueryRequest): Promise<number> =>
    (await interruptedChanges(request, context)).same.length;
  expect(await count(update({ Fax: '2', Phone: '1' }))).toBe(1);
  expect(await count({ ...update({ Phone: '1', Fax: '2' }), soql: ` ${soql} `, bulkThreshold: 0 })).toBe(1);
  const others = ['select id from ACCOUNT', 'SELECT  Id ,\n Name FROM Account'];
  for (const other of others) {
    expect(await count({ ...update({ fax: '2', PHONE: '1' }), soql: other })).toBe(1);
  }
  expect(await count(update({ Phone: '1' }))).toBe(0);
  expect(await count({ ...update({ Phone: '1', Fax: '2' }), soql: `${soql} LIMIT 1` })).toBe(0);
  expect(await count({ operation: 'delete', soql })).toBe(0);
  expect(await count({ operation: 'update', soql, change: () => ({ Phone: '1' }) })).toBe(0);
});

test('a change of another query or of other values is told of where it sets one of the same fields', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 3);
  const lost = { kind: 'answer', status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'busy' } as const;
  await org.faults.add({ endpoint: 'rest.query', nth: 3, count: 'always', action: lost });
  await org.faults.add({ endpoint: 'collections.update', count: 'always', action: lost });
  await expect(bulk.update(soql, { Phone: '${Fax}', Fax: '2' })).rejects.toThrow('busy');
  const differences = async (request: ByQueryRequest): Promise<unknown> => {
    const { same, overlapping } = await interruptedChanges(request, bulk.context());
    return [same.length, ...overlapping.map((each) => each.differences)];
  };
  const both = { Phone: '${ FAX }', Fax: '2' };
  expect(await differences(update(both))).toEqual([1]);
  expect(await differences({ ...update(both), soql: `${soql} LIMIT 1` })).toEqual([0, ['query']]);
  expect(await differences(update({ phone: '${Name}' }))).toEqual([0, ['set']]);
  expect(await differences({ ...update({ phone: '3' }), soql: `${soql} LIMIT 1` })).toEqual([
    0,
    ['query', 'set'],
  ]);
  expect(await differences(update({ Name: '${Phone}' }))).toEqual([0]);
  expect(await differences({ ...update(both), soql: 'SELECT Id FROM Contact' })).toEqual([0]);
});

test.each([
  [update({ Name: '${Name} (old)' }), true],
  [update({ Name: 'fixed' }), false],
  [{ operation: 'update', soql, change: () => ({}) } as const, true],
  [{ operation: 'delete', soql } as const, false],
])('%j made again would change what it has changed: %j', (request, expected) => {
  expect(changesTwice(request)).toBe(expected);
});
