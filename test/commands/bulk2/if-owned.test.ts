import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kindsOfLoad } from '../../../src/lib/load/interrupted.js';
import { runStore, type RunView } from '../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[] };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const insertA = ['insert', '--sobject', 'Account', '--file', 'a.csv'];

const names = async (): Promise<unknown[]> =>
  (await bench.org.records('Account')).map(({ Name }) => Name).sort();

async function runs(): Promise<RunView[]> {
  return runStore(bench.file('home/.sf/bulk2')).list();
}

test('a load that another process works on is not taken from it: it says which', async () => {
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.info',
    action: { kind: 'hold', when: 'before' },
  });
  const first = bench.start(...insertA);
  await hold.hit();
  for (const flag of ['resume', 'new']) {
    const { code, answer } = await bench.runJson<Answer>(...insertA, '--if-interrupted', flag);
    expect(code).toBe(1);
    expect(answer.message).toContain(`process ${first.child.pid}`);
  }
  const { code, answer } = await bench.runJson<Answer>(...insertA);
  expect(code).toBe(2);
  expect(answer.message).toContain(`process ${first.child.pid}`);
  expect(answer.actions?.[0]).toMatch(/^Another process is at work on it: wait for it to finish\./);
  // Neither could work.
  expect(answer.actions?.join('\n')).not.toContain('--if-interrupted');
  await hold.remove();
  expect((await first.ended).code).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('of identical inserts that start at the same moment, one loads its rows', async () => {
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.info',
    action: { kind: 'hold', when: 'before' },
  });
  const codes: unknown[] = [];
  const all = [insertA, insertA, insertA].map(async (line) =>
    codes.push((await bench.start(...line).ended).code),
  );
  await expect.poll(() => codes, { timeout: 30_000 }).toEqual([2, 2]);
  await hold.release();
  await hold.remove();
  await Promise.all(all);
  expect(codes).toEqual([2, 2, 0]);
  expect(await names()).toEqual(['Ada', 'Bob']);
  expect(await runs()).toHaveLength(1);
});

test('while another process is about to begin the same insert, none begins', async () => {
  await bench.run(...insertA);
  const [run] = await runs();
  const first = run?.records[0];
  if (first?.type !== 'load') throw new TypeError('No load.');
  const store = runStore(bench.file('home/.sf/bulk2'));
  const api = { send: () => Promise.reject(new Error('asked')), requestCount: 0 };
  const kinds = await kindsOfLoad(first.plan, { org: first.org, store, api });
  const locks = await Promise.all(kinds.map((kind) => store.lockBeginning(kind)));
  const { code, stderr } = await bench.run(...insertA);
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(`Process ${process.pid} on `);
  expect(await runs()).toHaveLength(1);
  for (const lock of locks) await lock.release();
  expect((await bench.run(...insertA)).code).toBe(0);
  expect(await names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});
