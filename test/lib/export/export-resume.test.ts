import { join } from 'node:path';
import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { Events } from '../../../src/lib/events.js';
import type { ExportPlan } from '../../../src/lib/run/export-plan.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { RunLockedError } from '../../../src/lib/run/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { accountCount, exportBench, pageCount, type ExportBench } from './export-bench.ts';

/** Runs an export that is stopped as soon as so many records have been written. */
async function interrupted(bench: ExportBench, plan: ExportPlan, records: number): Promise<void> {
  const events = new Events<ExportEvents>();
  events.on('downloading', (progress) => {
    if (progress.records >= records) throw new Error('Stopped by the test.');
  });
  expect((await failureOf(bench.run(plan, { events }))).message).toBe('Stopped by the test.');
}

describe('an interrupted export goes on behind its last page', () => {
  const cases: ReadonlyArray<[string, Partial<ExportPlan>]> = [
    ['csv', { format: 'csv' }],
    ['json', { format: 'json' }],
    ['ndjson', { format: 'ndjson' }],
    ['csv.gz', { format: 'csv', gzip: true }],
    ['json.gz', { format: 'json', gzip: true }],
  ];
  test.each(cases)('%s: the same bytes as without a stop, and no page twice', async (name, format) => {
    const bench = await exportBench();
    await bench.run(bench.plan({ ...format, outputFile: bench.file(`whole.${name}`) }));
    const plan = bench.plan({ ...format, outputFile: bench.file(`a.${name}`), concurrency: 1 });
    await interrupted(bench, plan, 8);
    expect(await bench.files()).toEqual([`a.${name}.part`, `whole.${name}`]);
    await bench.org.resetCounters();
    expect(await bench.resume(await bench.newestRun())).toMatchObject({ rows: accountCount });
    expect(await bench.requests('query.create')).toBe(0);
    expect(await bench.requests('query.results')).toBe(pageCount - 2);
    const [whole, resumed] = [await bench.read(`whole.${name}`), await bench.read(`a.${name}`)];
    expect(plan.gzip === true ? gunzipSync(resumed) : resumed).toEqual(
      plan.gzip === true ? gunzipSync(whole) : whole,
    );
    expect(await bench.files()).toEqual([`a.${name}`, `whole.${name}`]);
  });

  test('after every page there is', async () => {
    const bench = await exportBench();
    await bench.run(bench.plan({ outputFile: bench.file('whole.csv') }));
    for (const records of [4, 12, 20, accountCount]) {
      const outputFile = bench.file(`${records}.csv`);
      await interrupted(bench, bench.plan({ outputFile }), records);
      await bench.resume(await bench.newestRun());
      expect(await bench.read(`${records}.csv`)).toEqual(await bench.read('whole.csv'));
    }
  });

  test('rows behind the last page that the journal knows are cut off', async () => {
    const bench = await exportBench();
    await bench.run(bench.plan({ outputFile: bench.file('whole.csv') }));
    await interrupted(bench, bench.plan({ outputFile: bench.file('a.csv') }), 8);
    await writeFile(await bench.partial('a.csv'), 'half a row', { flag: 'a' });
    await bench.resume(await bench.newestRun());
    expect(await bench.read('a.csv')).toEqual(await bench.read('whole.csv'));
  });

  test.each(['removed', 'cut'])('from the beginning when the partial file was %s', async (what) => {
    const bench = await exportBench();
    await bench.run(bench.plan({ outputFile: bench.file('whole.csv') }));
    await interrupted(bench, bench.plan({ outputFile: bench.file('a.csv') }), 8);
    if (what === 'removed') await rm(await bench.partial('a.csv'));
    else await truncate(await bench.partial('a.csv'), 10);
    await bench.resume(await bench.newestRun());
    expect(await bench.read('a.csv')).toEqual(await bench.read('whole.csv'));
  });

  test('a Parquet file from the beginning, with the job that it has', async () => {
    const bench = await exportBench();
    const format = 'parquet';
    await bench.run(bench.plan({ format, outputFile: bench.file('whole.parquet') }));
    await interrupted(bench, bench.plan({ format, outputFile: bench.file('a.parquet') }), 8);
    await bench.org.resetCounters();
    await bench.resume(await bench.newestRun());
    expect(await bench.read('a.parquet')).toEqual(await bench.read('whole.parquet'));
    expect(await bench.requests('query.create')).toBe(0);
  });

  test('a folder, whatever the format', async () => {
    const bench = await exportBench();
    const plan = bench.plan({ format: 'parquet', outputDir: bench.file('d'), concurrency: 1 });
    await interrupted(bench, plan, 8);
    expect(await bench.files()).toEqual(['d.part']);
    // What a killed run may leave: a part that no page of the journal stands for.
    await writeFile(join(await bench.partial('d'), 'part-000002.parquet.part'), 'half a part');
    await bench.org.resetCounters();
    expect(await bench.resume(await bench.newestRun())).toMatchObject({ rows: accountCount });
    expect(await bench.requests('query.results')).toBe(pageCount - 2);
    expect((await readdir(bench.file('d'))).sort()).toEqual([
      '_manifest.json',
      ...Array.from({ length: pageCount }, (_, index) => `part-00000${index}.parquet`),
    ]);
  });
});

describe('two exports to one output', () => {
  test('the later one takes an interrupted one over, tells so, and nothing resumes into it', async () => {
    const bench = await exportBench();
    const plan = bench.plan({ outputFile: bench.file('a.csv') });
    await interrupted(bench, plan, 8);
    const first = await bench.newestRun();
    const events = new Events<ExportEvents>();
    const replaced: string[] = [];
    events.on('replaced', ({ jobIds }) => replaced.push(...jobIds));
    await bench.run(plan, { events });
    expect(first.records).toContainEqual(expect.objectContaining({ type: 'created', jobId: replaced[0] }));
    const stale = (await bench.context.store.list()).find(({ runId }) => runId === first.runId);
    expect(stale?.records.at(-1)).toMatchObject({ type: 'done' });
    const error = await failureOf(bench.resume(stale!));
    expect(error).toBeInstanceOf(UsageError);
  });

  test('the later one is refused while the other one runs', async () => {
    const bench = await exportBench();
    const plan = bench.plan({ outputFile: bench.file('a.csv') });
    const hold = await bench.org.faults.add({
      endpoint: 'query.info',
      action: { kind: 'hold', when: 'before' },
    });
    const running = bench.run(plan);
    await hold.hit();
    const error = await failureOf<RunLockedError>(bench.run(plan));
    expect(error).toBeInstanceOf(RunLockedError);
    expect(error.message).toContain(`Another export is writing ${bench.file('a.csv')}`);
    expect(error.actions.join()).toContain('finish it: sf bulk2 job resume --id 750');
    await hold.remove();
    expect(await running).toMatchObject({ rows: accountCount });
    expect(await bench.requests('query.create')).toBe(1);
  });
});
