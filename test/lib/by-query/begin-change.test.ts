import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const all = 'SELECT Id FROM Account';
const template = { Name: '${Name} (old)' };

async function openAccounts() {
  const opened = await openBulk();
  addAccounts(opened.org, 3);
  const names = async () => (await opened.org.records('Account')).map(({ Name }) => String(Name)).sort();
  const interrupt = async (): Promise<void> => {
    const held = { endpoint: 'collections.update', nth: 1, action: { kind: 'hold', when: 'after' } } as const;
    const hold = await opened.org.faults.add(held);
    const stop = new AbortController();
    const changing = opened.bulk.update(all, template, { signal: stop.signal });
    await Promise.race([hold.hit(), changing]);
    stop.abort(new Error('stopped'));
    await expect(changing).rejects.toThrow('stopped');
    await hold.release('drop');
    await hold.remove();
  };
  return { ...opened, names, interrupt };
}

const onceOld = ['A0 (old)', 'A1 (old)', 'A2 (old)'];

test('a change made of old values that was interrupted does not begin again without a word', async () => {
  const { bulk, names, interrupt } = await openAccounts();
  await interrupt();
  await expect(bulk.update(all, template)).rejects.toThrow(UsageError);
  expect(await names()).toEqual(onceOld);
  const outcome = await bulk.update(all, template, { ifInterrupted: 'resume' });
  expect(outcome).toMatchObject({ total: 3, successful: 3, failed: 0, skipped: 0 });
  expect(await names()).toEqual(onceOld);
});

test('another change of the same field is not taken for it', async () => {
  const { bulk, names, interrupt } = await openAccounts();
  await interrupt();
  const other = { Name: '${Name}!' };
  await expect(bulk.update(all, other, { ifInterrupted: 'resume' })).rejects.toThrow('another set');
  await bulk.update(all, other, { ifInterrupted: 'new' });
  expect(await names()).toEqual(onceOld.map((name) => `${name}!`));
});

test('of two programs that begin the same change at the same moment, one changes the records', async () => {
  const { bulk, names } = await openAccounts();
  const both = await Promise.allSettled([bulk.update(all, template), bulk.update(all, template)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await names()).toEqual(onceOld);
});

test('fixed values, deletions and functions begin at any time', async () => {
  const { bulk, names, interrupt } = await openAccounts();
  await interrupt();
  await bulk.update(all, { Name: 'fixed' });
  await bulk.update('SELECT Id, Name FROM Account', ({ Name }) => ({ Name: `${String(Name)}!` }));
  expect(await names()).toEqual(['fixed!', 'fixed!', 'fixed!']);
  await bulk.destroy(all);
  expect(await names()).toEqual([]);
});
