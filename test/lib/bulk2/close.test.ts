import { expect, test } from 'vitest';
import { Events, type LoadEvents } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { addAccounts, openBulk } from './open-bulk.ts';

const soql = 'SELECT Name FROM Account';

test('a load goes on when close() is called beside it', async () => {
  const { org, bulk } = await openBulk();
  const events = new Events<LoadEvents>();
  const closed: Array<Promise<void>> = [];
  events.on('jobCreated', () => closed.push(bulk.close()));
  const { successful, jobIds } = await bulk.load({
    object: 'Account',
    operation: 'insert',
    input: Array.from({ length: 50 }, (_, index) => ({ Name: `A${index}` })),
    limits: { maxRowsPerJob: 10, concurrency: 2 },
    resultsDir: await tempFolder(),
    events,
  });
  await Promise.all(closed);
  expect([successful, jobIds.length, closed.length]).toEqual([50, 5, 5]);
  expect(await org.records('Account')).toHaveLength(50);
});

test('records and CSV are read on when close() is called beside it', async () => {
  const { org, bulk } = await openBulk({ queryPageRows: 100 });
  addAccounts(org, 1_000);
  let count = 0;
  for await (const record of await bulk.query(soql)) {
    count += Object.keys(record).length;
    if (count % 150 === 0) await bulk.close();
  }
  expect(count).toBe(1_000);
  let csv = '';
  for await (const chunk of (await bulk.query(soql)).stream()) {
    csv += String(chunk);
    await bulk.close();
  }
  expect(csv.trimEnd().split('\n')).toHaveLength(1_001);
});

test('close() does not wait for those who read', async () => {
  const { org, bulk } = await openBulk({ queryPageRows: 50_000 });
  addAccounts(org, 50_000, { Description: 'x'.repeat(200) });
  const bytes = (await bulk.query('SELECT Name, Description FROM Account')).stream();
  await new Promise((resolve) => bytes.once('readable', resolve));
  await bulk.close();
  let length = 0;
  for await (const chunk of bytes) length += (chunk as Buffer).length;
  expect(length).toBeGreaterThan(50_000 * 200);
});

test('a change goes on when close() is called beside it', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 500);
  const closed: Array<Promise<void>> = [];
  const onChanged = (): void => void closed.push(bulk.close());
  const { successful } = await bulk.update(soql, { Phone: '1' }, { allowBulk: false, onChanged });
  await Promise.all(closed);
  expect(successful).toBe(500);
  expect(closed.length).toBeGreaterThan(2);
});
