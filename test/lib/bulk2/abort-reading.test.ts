import { expect, test } from 'vitest';
import { addAccounts, openBulk } from './open-bulk.ts';

const reason = new Error('enough');
const soql = 'SELECT Name FROM Account';

/** Reads on after `stop` was called at the fifth item, and counts. */
async function readAborted(source: AsyncIterable<unknown>, stop: () => void, at: number) {
  let count = 0;
  let thrown: unknown;
  try {
    for await (const item of source) {
      count += item === undefined ? 0 : 1;
      if (count === at) stop();
    }
  } catch (error) {
    thrown = error;
  }
  return { count, thrown };
}

test.each([{ given: reason }, { given: 'why' }])(
  'a signal ends the reading of records: $given',
  async ({ given }) => {
    const { org, bulk } = await openBulk({ queryPageRows: 100 });
    addAccounts(org, 1_000);
    const stop = new AbortController();
    const records = await bulk.query(soql, { signal: stop.signal });
    const { count, thrown } = await readAborted(records, () => stop.abort(given), 5);
    expect(thrown).toBe(given);
    expect(count).toBeLessThan(100);
  },
);

test('a signal without a reason of use still ends the reading with an error', async () => {
  const { org, bulk } = await openBulk({ queryPageRows: 100 });
  addAccounts(org, 1_000);
  const stop = new AbortController();
  const records = await bulk.query(soql, { signal: stop.signal });
  const { thrown } = await readAborted(records, () => stop.abort(null), 5);
  expect(thrown).toMatchObject({ name: 'AbortError' });
});

test('a signal ends the reading of CSV', async () => {
  const { org, bulk } = await openBulk({ queryPageRows: 100 });
  addAccounts(org, 10_000);
  const stop = new AbortController();
  const records = await bulk.query(soql, { signal: stop.signal });
  records.on('error', () => undefined);
  const { thrown } = await readAborted(records.stream(), () => stop.abort(reason), 1);
  expect(thrown).toBe(reason);
});

test('a signal ends the reading of results', async () => {
  const { bulk } = await openBulk();
  const stop = new AbortController();
  const job = bulk.createJob({ object: 'Account', operation: 'insert', signal: stop.signal });
  await job.open();
  await job.uploadData(Array.from({ length: 1_000 }, (_, index) => ({ Name: `A${index}` })));
  await job.close();
  await job.poll();
  const { count, thrown } = await readAborted(job.results('success'), () => stop.abort(reason), 5);
  expect(thrown).toBe(reason);
  expect(count).toBe(5);
});

test('a query is read after close(), which opens the connections again', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 3);
  const records = await bulk.query(soql);
  const typed = await bulk.query(soql, { typed: true });
  await bulk.close();
  expect(await records.toArray()).toHaveLength(3);
  await bulk.close();
  expect(await typed.toArray()).toHaveLength(3);
});
