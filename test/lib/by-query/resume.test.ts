import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resumeChange } from '../../../src/lib/by-query/apply-saved.js';
import type { RouteOptions } from '../../../src/lib/by-query/request.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import { planRetryOf } from '../../../src/lib/load/retry-load.js';
import { isFinished } from '../../../src/lib/run/store.js';
import type { FaultSpec } from '../../../local-org/index.ts';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

type Opened = Awaited<ReturnType<typeof openBulk>>;

const all = 'SELECT Id FROM Account';
const byCalls: RouteOptions = { allowBulk: false };
const template = { Name: '${Name} (old)' };

/** Stops a change while the org holds one of its requests, before it acts on it or when it has. */
async function interrupted(
  { org, bulk }: Opened,
  fault: Pick<FaultSpec, 'endpoint' | 'nth'> & { readonly when: 'before' | 'after' },
  change: (context: { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<RunContext> {
  const { when, ...place } = fault;
  const hold = await org.faults.add({ ...place, action: { kind: 'hold', when } });
  const stop = new AbortController();
  const changing = change({ signal: stop.signal });
  await Promise.race([hold.hit(), changing]);
  stop.abort(new Error('stopped'));
  await expect(changing).rejects.toThrow('stopped');
  await hold.release('drop');
  await hold.remove();
  return bulk.context();
}

async function resumed(context: RunContext) {
  const [run] = await context.store.list();
  if (run === undefined) throw new Error('There is no run.');
  return resumeChange(run, context);
}

async function namesIn(org: Opened['org']): Promise<string[]> {
  return (await org.records('Account')).map(({ Name }) => String(Name)).sort();
}

const onceOld = (count: number): string[] =>
  Array.from({ length: count }, (_, row) => `A${row} (old)`).sort();

describe.each([
  ['collections.update', byCalls, 2],
  ['ingest.upload', { bulkThreshold: 0 }, 1],
  ['ingest.close', { bulkThreshold: 0 }, 1],
] as const)('an update interrupted at %s', (endpoint, route, nth) => {
  test.each(['before', 'after'] as const)(
    'applies its template once, stopped %s the org acts',
    async (when) => {
      const opened = await openBulk();
      addAccounts(opened.org, 450);
      const context = await interrupted(opened, { endpoint, nth, when }, (options) =>
        opened.bulk.update(all, template, { ...route, ...options }),
      );
      const outcome = await resumed(context);
      expect(outcome).toMatchObject({ total: 450, successful: 450, failed: 0, skipped: 0 });
      expect(await namesIn(opened.org)).toEqual(onceOld(450));
      expect((await outcome.toArray()).map(({ success }) => success)).toEqual(Array(450).fill(true));
      const [run] = await context.store.list();
      expect(isFinished(run?.records ?? [])).toBe(true);
    },
  );
});

describe('a change over SObject Collections that is resumed', () => {
  const second = { endpoint: 'collections.update', nth: 2 } as const;

  test('sends no call again that has been answered', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 450);
    const context = await interrupted(opened, { ...second, when: 'after' }, (options) =>
      opened.bulk.update(all, template, { ...byCalls, ...options }),
    );
    await opened.org.resetCounters();
    await resumed(context);
    const { requests } = await opened.org.counters();
    expect(requests).toMatchObject({ 'collections.update': 1, 'rest.query': 2 });
  });

  test('skips records that somebody has modified since, and says so', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 450);
    const context = await interrupted(opened, { ...second, when: 'before' }, (options) =>
      opened.bulk.update(all, template, { ...byCalls, ...options }),
    );
    const ids = (await opened.org.records('Account')).filter(
      ({ Name }) => Name === 'A399' || Name === 'A449',
    );
    await opened.bulk.update(`${all} WHERE Name IN ('A399', 'A449')`, { Name: 'mine' }, byCalls);
    const run = (await context.store.list()).find(({ records }) => !isFinished(records));
    if (run === undefined) throw new Error('There is no interrupted run.');
    const outcome = await resumeChange(run, context);
    expect(outcome).toMatchObject({ total: 450, successful: 448, failed: 0, skipped: 2 });
    const results = (await outcome.toArray()).filter(({ success }) => !success);
    expect(results.map(({ id, errors }) => [id, errors[0]?.errorCode]).sort()).toEqual(
      ids.map(({ Id }) => [Id, 'MODIFIED_SINCE_FOUND']).sort(),
    );
    expect((await namesIn(opened.org)).filter((name) => name === 'mine')).toHaveLength(2);
  });

  test('takes records as deleted that a call without an answer has deleted', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 450);
    const held = { endpoint: 'collections.delete', nth: 2, when: 'after' } as const;
    const context = await interrupted(opened, held, (options) =>
      opened.bulk.destroy(all, { ...byCalls, ...options }),
    );
    expect(await opened.org.records('Account')).toHaveLength(50);
    expect(await resumed(context)).toMatchObject({ total: 450, successful: 450, failed: 0, skipped: 0 });
    expect(await opened.org.records('Account')).toEqual([]);
  });

  test('deletes no record that somebody has modified since', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 3, { SystemModstamp: '2026-01-01T00:00:00.000Z' });
    const held = { endpoint: 'collections.delete', nth: 1, when: 'before' } as const;
    const context = await interrupted(opened, held, (options) => opened.bulk.destroy(all, options));
    await opened.bulk.update(`${all} WHERE Name = 'A1'`, { Phone: '1' });
    const run = (await context.store.list()).find(({ records }) => !isFinished(records));
    if (run === undefined) throw new Error('There is no interrupted run.');
    expect(await resumeChange(run, context)).toMatchObject({ total: 3, successful: 2, skipped: 1 });
    expect(await namesIn(opened.org)).toEqual(['A1']);
  });

  test('leaves an org that can’t be reached to the next resume, and every record has its result then', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 450);
    const unreachable = await opened.org.faults.add({
      endpoint: 'collections.update',
      nth: 2,
      count: 'always',
      action: { kind: 'answer', status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'busy' },
    });
    const asked = await opened.org.faults.add({
      endpoint: 'rest.query',
      nth: 3,
      count: 'always',
      action: { kind: 'answer', status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'busy' },
    });
    await expect(opened.bulk.update(all, template, byCalls)).rejects.toThrow('busy');
    await unreachable.remove();
    await asked.remove();
    expect(await resumed(opened.bulk.context())).toMatchObject({ total: 450, successful: 450 });
    expect(await namesIn(opened.org)).toEqual(onceOld(450));
  });

  test('keeps no copy of the records once it has ended', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 3);
    const context = opened.bulk.context();
    for (const route of [byCalls, { bulkThreshold: 0 }]) await opened.bulk.update(all, template, route);
    const files = await readdir(join(context.store.folder, 'runs'));
    expect(files.filter((name) => name.includes('changes'))).toEqual([]);
  });

  test('is finished: resuming it again changes nothing', async () => {
    const opened = await openBulk();
    addAccounts(opened.org, 3);
    await opened.bulk.update(all, template, byCalls);
    await opened.org.resetCounters();
    expect(await resumed(opened.bulk.context())).toMatchObject({ total: 3, successful: 3 });
    expect((await opened.org.counters()).requests['collections.update']).toBeUndefined();
  });
});

describe('a change over Bulk that is resumed', () => {
  /** Interrupted before anything is processed, with these records modified since. */
  async function modifiedSince(
    endpoint: 'ingest.create' | 'ingest.upload' | 'ingest.close',
    names: readonly string[],
    change: (opened: Opened, signal: AbortSignal) => Promise<unknown>,
  ) {
    const opened = await openBulk();
    addAccounts(opened.org, 450, { SystemModstamp: '2026-01-01T00:00:00.000Z' });
    const held = { endpoint, nth: 1, when: endpoint === 'ingest.close' ? 'before' : 'after' } as const;
    const context = await interrupted(opened, held, ({ signal }) => change(opened, signal));
    const list = names.map((name) => `'${name}'`).join(',');
    await opened.bulk.update(`${all} WHERE Name IN (${list})`, { Name: 'mine' }, byCalls);
    const run = (await context.store.list()).find(({ records }) => !isFinished(records));
    if (run === undefined) throw new Error('There is no interrupted run.');
    return { opened, context, run };
  }

  const renames = (opened: Opened, signal: AbortSignal) =>
    opened.bulk.update(all, template, { bulkThreshold: 0, signal });

  test.each(['ingest.create', 'ingest.upload', 'ingest.close'] as const)(
    'skips records that somebody has modified since, and changes the others once, interrupted at %s',
    async (endpoint) => {
      const names = ['A0', 'A1', 'A399', 'A449'];
      const { opened, context, run } = await modifiedSince(endpoint, names, renames);
      const outcome = await resumeChange(run, context);
      expect(outcome).toMatchObject({ total: 450, successful: 446, failed: 0, skipped: 4 });
      const results = await outcome.toArray();
      expect(new Set(results.map(({ id }) => id)).size).toBe(450);
      const unchanged = results.filter(({ success }) => !success);
      expect(unchanged.map(({ errors }) => errors[0]?.errorCode)).toEqual(
        Array(4).fill('MODIFIED_SINCE_FOUND'),
      );
      const now = await namesIn(opened.org);
      expect(now.filter((name) => name === 'mine')).toHaveLength(4);
      expect(now.filter((name) => name.endsWith(' (old)'))).toHaveLength(446);
      expect(now.filter((name) => name.endsWith(' (old) (old)'))).toEqual([]);
    },
  );

  test('creates no job when all records were modified since', async () => {
    const names = Array.from({ length: 450 }, (_, row) => `A${row}`);
    const { opened, context, run } = await modifiedSince('ingest.create', names, renames);
    await opened.org.resetCounters();
    expect(await resumeChange(run, context)).toMatchObject({ total: 450, successful: 0, skipped: 450 });
    expect((await opened.org.counters()).requests['ingest.create']).toBeUndefined();
    const [again] = (await context.store.list()).filter(({ runId }) => runId === run.runId);
    expect(isFinished(again?.records ?? [])).toBe(true);
  });

  test('skips again what is modified between one resume and the next, and keeps what it has skipped', async () => {
    const { opened, context, run } = await modifiedSince('ingest.create', ['A7'], renames);
    const hold = await opened.org.faults.add({
      endpoint: 'ingest.close',
      nth: 1,
      action: { kind: 'hold', when: 'before' },
    });
    const stop = new AbortController();
    const resuming = resumeChange(run, { ...context, signal: stop.signal });
    await Promise.race([hold.hit(), resuming]);
    stop.abort(new Error('stopped'));
    await expect(resuming).rejects.toThrow('stopped');
    await hold.release('drop');
    await hold.remove();
    await opened.bulk.update(`${all} WHERE Name = 'A8'`, { Name: 'mine' }, byCalls);
    const outcome = await resumeChange((await context.store.find(run.runId)) ?? run, context);
    expect(outcome).toMatchObject({ total: 450, successful: 448, failed: 0, skipped: 2 });
    expect((await namesIn(opened.org)).filter((name) => name === 'mine')).toHaveLength(2);
  });

  test('deletes no record that somebody has modified since, and a retry does not either', async () => {
    const { opened, context, run } = await modifiedSince('ingest.upload', ['A1'], ({ bulk }, signal) =>
      bulk.destroy(all, { bulkThreshold: 0, signal }),
    );
    expect(await resumeChange(run, context)).toMatchObject({ total: 450, successful: 449, skipped: 1 });
    expect(await namesIn(opened.org)).toEqual(['mine']);
    const ended = await context.store.find(run.runId);
    await expect(
      planRetryOf(ended ?? run, { describeOf: () => Promise.resolve(undefined) }, context),
    ).rejects.toThrow("A retry doesn't send what was skipped because somebody had modified it: 1 record.");
  });
});
