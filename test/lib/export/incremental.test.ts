import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restApi } from '../../../src/lib/api/rest.js';
import { describer } from '../../../src/lib/describe/describe.js';
import { UsageError } from '../../../src/lib/errors.js';
import { incrementalQuery, type IncrementalQuery } from '../../../src/lib/export/incremental.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import type { RunStore } from '../../../src/lib/run/store.js';
import { failureOf } from '../../support/failure-of.ts';
import { ProcessEnded } from '../../support/mortal-store.ts';
import { accountCount, exportBench, soql, type ExportBench } from './export-bench.ts';

const longAgo = '2020-01-01T00:00:00.000Z';

/** A bench whose accounts changed long ago. */
function quietBench(): Promise<ExportBench> {
  return exportBench(
    {},
    Array.from({ length: accountCount }, (_, index) => ({ Name: `old ${index}`, SystemModstamp: longAgo })),
  );
}

async function since(
  bench: ExportBench,
  when: string,
  more: {
    readonly soql?: string;
    readonly operation?: 'query' | 'queryAll';
    readonly output?: string;
    readonly field?: string;
  } = {},
): Promise<IncrementalQuery> {
  const output = bench.file(more.output ?? 'a.csv');
  const request = { soql, operation: 'query' as const, since: when, ...more, output };
  const describeOf = describer(restApi(bench.context.api));
  return incrementalQuery(request, { describeOf, context: bench.context });
}

async function exportSince(bench: ExportBench, when: string, more: Parameters<typeof since>[2] = {}) {
  const narrowed = await since(bench, when, more);
  const { mark } = narrowed;
  const outputFile = bench.file(more.output ?? 'a.csv');
  const { rows } = await bench.run(
    bench.plan({ soql: narrowed.soql, outputFile, ...(mark === undefined ? {} : { mark }) }),
  );
  return { ...narrowed, rows };
}

describe('--since LAST', () => {
  test('takes every record at first, then what has changed', async () => {
    const bench = await quietBench();
    expect(await exportSince(bench, 'LAST')).toMatchObject({ since: undefined, rows: accountCount });
    bench.org.database.load('Account', [{ Name: 'new' }]);
    expect(await exportSince(bench, 'LAST')).toMatchObject({ rows: 1 });
    expect((await bench.read('a.csv')).toString()).toContain('"new"');
  });

  test('goes back 10 minutes behind the last job, by the clock of the org', async () => {
    const bench = await quietBench();
    await exportSince(bench, 'LAST');
    const { since: from, last } = await since(bench, 'last');
    const { records } = await bench.newestRun();
    const created = records.find(({ type }) => type === 'created') as { jobId: string };
    const { createdDate } = (await restJob(bench, created.jobId)) as { createdDate: string };
    expect(last?.submittedAt).toBe(new Date(createdDate).toISOString());
    expect(from).toBe(new Date(new Date(createdDate).getTime() - 600_000).toISOString());
  });

  test('is not moved by an export since another time', async () => {
    const bench = await quietBench();
    await exportSince(bench, '2021-01-01');
    expect((await since(bench, 'LAST')).last).toBeUndefined();
    await exportSince(bench, 'LAST');
    const { last } = await since(bench, 'LAST');
    expect(await exportSince(bench, '2999-01-01')).toMatchObject({ rows: 0 });
    expect((await since(bench, 'LAST')).last).toEqual(last);
  });

  test('knows nothing of another output, another query or another scope of it', async () => {
    const bench = await quietBench();
    await exportSince(bench, 'LAST');
    expect((await since(bench, 'LAST')).last).toBeDefined();
    expect((await since(bench, 'LAST', { output: 'b.csv' })).last).toBeUndefined();
    expect((await since(bench, 'LAST', { operation: 'queryAll' })).last).toBeUndefined();
    expect((await since(bench, 'LAST', { soql: 'SELECT Id FROM Account' })).last).toBeUndefined();
  });

  test('knows nothing of another field that changes are told by', async () => {
    const bench = await quietBench();
    await exportSince(bench, 'LAST');
    expect((await since(bench, 'LAST', { field: 'CreatedDate' })).last).toBeUndefined();
    await exportSince(bench, 'LAST', { field: 'CreatedDate' });
    expect((await since(bench, 'LAST', { field: 'createddate' })).last).toBeDefined();
  });

  test('does not move when the export is not complete', async () => {
    const bench = await quietBench();
    const action = { kind: 'truncate', keepRecords: 1 } as const;
    await bench.org.faults.add({ endpoint: 'query.results', nth: 2, count: 'always', action });
    await failureOf(exportSince(bench, 'LAST'));
    expect((await since(bench, 'LAST')).last).toBeUndefined();
    await bench.org.faults.clear();
    await bench.resume(await bench.newestRun());
    expect((await since(bench, 'LAST')).last).toBeDefined();
  });

  test('keeps its mark for the owner only', async () => {
    const bench = await quietBench();
    await exportSince(bench, 'LAST');
    const folder = join(bench.context.store.folder, 'marks');
    const [name] = await readdir(folder);
    const path = join(folder, name!);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      version: 1,
      mark: { object: 'Account' },
    });
  });
});

test.each([
  ['a query that leaves records out by itself', `${soql} LIMIT 5`, 'LAST', 'cannot have LIMIT'],
  ['a time that is none', soql, 'yesterday', '"yesterday" is not a time'],
  ['a time without a zone', soql, '2026-01-01T10:00:00', 'is not a time'],
])('%s is refused before anything is sent', async (_, query, when, message) => {
  const bench = await exportBench();
  const error = await failureOf(since(bench, when, { soql: query }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(message);
  expect(await bench.requests('query.create')).toBe(0);
});

test('an object that does not tell what has changed is refused', async () => {
  const bench = await quietBench();
  const describeOf = () => Promise.resolve({ name: 'X', label: 'X', keyPrefix: null, fields: [] });
  const request = { soql: 'SELECT Id FROM X', operation: 'query', since: 'LAST' } as const;
  const error = await failureOf(incrementalQuery(request, { describeOf, context: bench.context }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain('X has no SystemModstamp');
});

test('an object that cannot be filtered by its modification date is refused before anything is sent', async () => {
  const bench = await exportBench({ dataQuirks: { unfilterableModstamps: ['Account'] } });
  const error = await failureOf(since(bench, 'LAST'));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain("can't filter Account by SystemModstamp");
  expect(await bench.requests('query.create')).toBe(0);
});

test('where another field tells what has changed, it is named', async () => {
  const bench = await exportBench({ dataQuirks: { unfilterableModstamps: ['Account'] } });
  const error = await failureOf<UsageError>(since(bench, 'LAST'));
  expect(error.actions).toEqual(['Tell changes by another field: --since-field LastModifiedDate']);
  const { soql: narrowed } = await since(bench, '2026-01-01', { field: 'lastmodifieddate' });
  expect(narrowed).toContain('LastModifiedDate >= 2026-01-01T00:00:00.000Z');
});

test.each([
  ['LastModifedDate', 'Account has no LastModifedDate', 'Did you mean LastModifiedDate?'],
  ['Name', 'Name is no date with a time', 'Tell changes by another field: --since-field SystemModstamp'],
])('%s tells no changes, and is refused with what does', async (field, message, action) => {
  const bench = await exportBench();
  const error = await failureOf<UsageError>(since(bench, 'LAST', { field }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(message);
  expect(error.actions).toContain(action);
});

describe('an export with LAST that is killed', () => {
  type Death = 'before its output has its name' | 'before its mark is kept' | 'before its end is written';

  /** What is needed of the process ends at that moment. */
  async function killedExport(bench: ExportBench, moment: Death): Promise<void> {
    const { soql: narrowed, mark } = await since(bench, 'LAST');
    const { store } = bench.context;
    const dying: RunStore = {
      ...store,
      get folder() {
        if (moment === 'before its mark is kept' && existsSync(bench.file('a.csv'))) throw new ProcessEnded();
        return store.folder;
      },
      async open(...args) {
        const journal = await store.open(...args);
        const append = async (record: JournalRecord): Promise<void> => {
          const isLast = moment === 'before its output has its name' ? 'finish' : 'done';
          if (record.type === isLast) throw new ProcessEnded();
          await journal.append(record);
        };
        return { ...journal, append };
      },
    };
    const plan = bench.plan({
      soql: narrowed,
      outputFile: bench.file('a.csv'),
      ...(mark === undefined ? {} : { mark }),
    });
    await expect(bench.run(plan, { store: dying })).rejects.toBeInstanceOf(ProcessEnded);
  }

  test.each(['before its output has its name', 'before its mark is kept'] as const)(
    '%s exports its records again',
    async (moment) => {
      const bench = await quietBench();
      await killedExport(bench, moment);
      expect(await exportSince(bench, 'LAST')).toMatchObject({ since: undefined, rows: accountCount });
    },
  );

  test('keeps its mark when it is resumed instead', async () => {
    const bench = await quietBench();
    await killedExport(bench, 'before its mark is kept');
    expect((await since(bench, 'LAST')).last).toBeUndefined();
    await bench.resume(await bench.newestRun());
    expect((await since(bench, 'LAST')).last).toBeDefined();
  });

  test('has its output in place where it has a mark', async () => {
    const bench = await quietBench();
    await killedExport(bench, 'before its end is written');
    expect((await since(bench, 'LAST')).last).toBeDefined();
    expect((await bench.read('a.csv')).toString().match(/^"001/gm)).toHaveLength(accountCount);
  });
});

async function restJob({ org }: ExportBench, jobId: string): Promise<unknown> {
  const answer = await fetch(`${org.url}/services/data/v67.0/jobs/query/${jobId}`, {
    headers: { authorization: `Bearer ${org.accessToken}` },
  });
  return answer.json();
}
