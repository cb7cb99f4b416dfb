import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { BulkV2 } from '../../../src/lib/index.js';
import { openBulk } from './open-bulk.ts';

describe('a stream that fails before it is read rejects the call, and ends no process', () => {
  const accounts = { object: 'Account', operation: 'insert' } as const;
  const broken = new Error('The pipe broke.');
  const calls = [
    {
      call: 'loadAndWaitForResults()',
      prepare: (bulk: BulkV2) => (input: Readable) => bulk.loadAndWaitForResults({ ...accounts, input }),
    },
    { call: 'load()', prepare: (bulk: BulkV2) => (input: Readable) => bulk.load({ ...accounts, input }) },
    {
      call: 'uploadData()',
      prepare: async (bulk: BulkV2) => {
        const { id } = await bulk.createJob(accounts).open();
        return (input: Readable) => bulk.job('ingest', { id }).uploadData(input);
      },
    },
  ];

  test.each(calls)('before $call', async ({ prepare }) => {
    const load = await prepare((await openBulk()).bulk);
    const input = new Readable().once('error', () => undefined).destroy(broken);
    await nextTurn();
    await expect(load(input)).rejects.toThrow(broken);
  });

  test.each(calls)('soon after $call', async ({ prepare }) => {
    const load = await prepare((await openBulk()).bulk);
    const input = new Readable({ read: () => undefined });
    const outcome = expect(load(input)).rejects.toThrow(broken);
    process.nextTick(() => input.destroy(broken));
    await outcome;
  });
});
