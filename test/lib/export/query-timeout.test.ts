import { describe, expect, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import { JobFailedError } from '../../../src/lib/jobs/errors.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { failureOf } from '../../support/failure-of.ts';
import { accountCount, exportBench, soql, type ExportBench } from './export-bench.ts';

const errorMessage = 'QUERY_TIMEOUT : Your query request was running for too long.';

/** The org cannot finish these query jobs, counted from 1 in the order of their creation. */
async function timeOut(bench: ExportBench, ...jobs: number[]): Promise<void> {
  for (const nth of jobs) {
    const action = { kind: 'fail-job', afterBatches: 0, errorMessage } as const;
    await bench.org.faults.add({ endpoint: 'query.process', nth, action });
  }
}

function recordIds(csv: Buffer): string[] {
  return csv.toString().match(/^"(001\w{15})"/gm) ?? [];
}

async function idsInOrder(bench: ExportBench): Promise<string[]> {
  return (await bench.org.records('Account')).map(({ Id }) => `"${String(Id)}"`).sort();
}

describe('a query that the org cannot finish in time', () => {
  test('runs as several jobs over ranges of Id, says so, and brings every record once, in order', async () => {
    const bench = await exportBench();
    await timeOut(bench, 1);
    const events = new Events<ExportEvents>();
    const told: unknown[] = [];
    events.on('split', (split) => told.push(split));
    const { rows, job } = await bench.run(bench.plan({ outputFile: bench.file('a.csv') }), { events });
    expect(rows).toBe(accountCount);
    expect(recordIds(await bench.read('a.csv'))).toEqual(await idsInOrder(bench));
    expect(told).toEqual([{ jobId: job.id, reason: errorMessage, field: 'Id', jobs: 8 }]);
    expect(await bench.requests('query.create')).toBe(9);
  });

  test('is cut again where a range takes too long as well', async () => {
    const bench = await exportBench();
    await timeOut(bench, 1, 4);
    await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
    expect(recordIds(await bench.read('a.csv'))).toEqual(await idsInOrder(bench));
  });

  test('keeps its order, descending too', async () => {
    const bench = await exportBench();
    await timeOut(bench, 1);
    await bench.run(bench.plan({ soql: `${soql} ORDER BY Id DESC`, outputFile: bench.file('a.csv') }));
    expect(recordIds(await bench.read('a.csv'))).toEqual((await idsInOrder(bench)).reverse());
  });

  test('is cut by CreatedDate where it orders by that', async () => {
    const bench = await exportBench();
    bench.org.database.load('Account', [{ Name: 'early', CreatedDate: '2020-01-01T00:00:00.000Z' }]);
    await timeOut(bench, 1);
    const events = new Events<ExportEvents>();
    const told: string[] = [];
    events.on('split', ({ field }) => told.push(field));
    const plan = bench.plan({ soql: `${soql} ORDER BY CreatedDate`, outputFile: bench.file('a.csv') });
    expect(await bench.run(plan, { events })).toMatchObject({ rows: accountCount + 1 });
    expect(told).toEqual(['CreatedDate']);
    expect((await bench.read('a.csv')).toString().split('\n')[1]).toContain('"early"');
  });

  test('can be resumed among its ranges', async () => {
    const bench = await exportBench();
    await timeOut(bench, 1);
    const events = new Events<ExportEvents>();
    events.on('downloading', ({ records }) => {
      if (records >= 10) throw new Error('Stopped by the test.');
    });
    await failureOf(bench.run(bench.plan({ outputFile: bench.file('a.csv') }), { events }));
    await bench.org.resetCounters();
    expect(await bench.resume(await bench.newestRun())).toMatchObject({ rows: accountCount });
    expect(recordIds(await bench.read('a.csv'))).toEqual(await idsInOrder(bench));
    expect(await bench.requests('query.create')).toBe(0);
  });

  test.each(['ORDER BY Name', 'LIMIT 20'])(
    'is told as it is where ranges would not do: %s',
    async (clause) => {
      const bench = await exportBench();
      await timeOut(bench, 1);
      const plan = bench.plan({ soql: `${soql} ${clause}`, outputFile: bench.file('a.csv') });
      const error = await failureOf<JobFailedError>(bench.run(plan));
      expect(error).toBeInstanceOf(JobFailedError);
      expect(error.message).toContain(errorMessage);
      expect(error.actions.join()).toContain('Narrow the query');
      expect(await bench.requests('query.create')).toBe(1);
    },
  );
});
