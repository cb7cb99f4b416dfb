import { expect } from 'vitest';
import { runStore } from '../../src/lib/run/store.js';
import type { Bench } from './bulk2.ts';

export type Moment = {
  /** Which request, from 1. */
  readonly nth?: number;
  /** Whether the org has acted. */
  readonly when?: 'before' | 'after';
  /** Of a journal, which an export writes a little later than its output. */
  readonly pagesInJournal?: number;
};

/** Runs a command until a request of it reaches the org, and kills it there. @returns the id of the first job */
export async function killedAt(
  bench: Bench,
  endpoint: string,
  args: readonly string[],
  { nth = 1, when = 'before', pagesInJournal = 0 }: Moment = {},
): Promise<string> {
  const hold = await bench.org.faults.add({ endpoint, nth, action: { kind: 'hold', when } });
  const { child, ended } = bench.start(...args);
  await hold.hit();
  await expect.poll(() => pagesInJournals(bench), { timeout: 30_000 }).toBe(pagesInJournal);
  child.kill('SIGKILL');
  await ended;
  await hold.release('drop');
  await hold.remove();
  return (await bench.org.jobs())[0]?.id ?? '';
}

async function pagesInJournals(bench: Bench): Promise<number> {
  const runs = await runStore(bench.file('home/.sf/bulk2')).list();
  return runs.flatMap(({ records }) => records).filter(({ type }) => type === 'page').length;
}
