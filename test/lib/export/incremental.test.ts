import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restApi } from '../../../src/lib/api/rest.js';
import { describer } from '../../../src/lib/describe/describe.js';
import { UsageError } from '../../../src/lib/errors.js';
import { incrementalQuery, type IncrementalQuery } from '../../../src/lib/export/incremental.js';
import { failureOf } from '../../support/failure-of.ts';
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
  more: { readonly soql?: string; readonly operation?: 'query' | 'queryAll'; readonly output?: string } = {},
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

async function restJob({ org }: ExportBench, jobId: string): Promise<unknown> {
  const answer = await fetch(`${org.url}/services/data/v67.0/jobs/query/${jobId}`, {
    headers: { authorization: `Bearer ${org.accessToken}` },
  });
  return answer.json();
}
