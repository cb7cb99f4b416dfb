import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { longId } from '../../../src/lib/api/identifiers.js';
import type { ApiRequest } from '../../../src/lib/api/port.js';
import { RowCountError, UsageError } from '../../../src/lib/errors.js';
import { Events } from '../../../src/lib/events.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { planIds } from '../../../src/lib/export/plan-ids.js';
import type { ExportPlan } from '../../../src/lib/run/export-plan.js';
import { failureOf } from '../../support/failure-of.ts';
import { accountCount, exportBench, type ExportBench } from './export-bench.ts';

const unknown = ['00100000000000Z', '0019zzzzzzzzzzz'];

/** Asks for every account and two ids that are of none, five ids a job. */
async function planned(bench: ExportBench, plan: Partial<ExportPlan>, soql = 'SELECT Id, Name FROM Account') {
  const accounts = await bench.org.records('Account');
  const asked = [unknown[0], ...accounts.map(({ Id }) => String(Id)).reverse(), unknown[1]];
  await writeFile(bench.file('list.txt'), asked.join('\n'));
  const { runId, ids, ...rest } = await planIds(
    {
      input: { name: 'list.txt', path: bench.file('list.txt') },
      soql,
      describe: undefined,
      folder: join(bench.file('list.txt'), '..'),
    },
    bench.context,
  );
  return { runId, plan: bench.plan({ ...plan, soql: rest.soql, ids: { ...ids, idsPerJob: 5 } }) };
}

const jobCount = Math.ceil((accountCount + unknown.length) / 5);
const isList = (name: string) => name.endsWith('-not-found-ids.csv');

async function wholeCsv(bench: ExportBench): Promise<string> {
  const records = await bench.org.records('Account');
  const lines = records.map(({ Id, Name }) => `"${String(Id)}","${String(Name)}"\n`).sort();
  return `"Id","Name"\n${lines.join('')}`;
}

const listOf = [
  'Id,source__Row',
  `${longId(unknown[0] ?? '')},1`,
  `${longId(unknown[1] ?? '')},${accountCount + 2}`,
  '',
].join('\n');

function stopAfter(records: number): Events<ExportEvents> {
  const events = new Events<ExportEvents>();
  events.on('downloading', (progress) => {
    if (progress.records >= records) throw new Error('Stopped by the test.');
  });
  return events;
}

describe('an export by ids', () => {
  test('has the records of all of them, of many jobs in one output, and lists the others', async () => {
    const bench = await exportBench();
    const { runId, plan } = await planned(bench, { outputFile: bench.file('a.csv') });
    const { rows, ids, job } = await bench.run(plan, { runId });
    expect(rows).toBe(accountCount);
    const notFoundFilePath = bench.file(`${job.id}-not-found-ids.csv`);
    expect(ids).toEqual({ asked: accountCount + 2, found: accountCount, notFound: 2, notFoundFilePath });
    expect((await bench.read('a.csv')).toString()).toBe(await wholeCsv(bench));
    expect((await bench.read(`${job.id}-not-found-ids.csv`)).toString()).toBe(listOf);
    expect(await bench.requests('query.create')).toBe(jobCount);
    expect((await bench.newestRun()).records.at(-1)).toMatchObject({ type: 'done', summary: { rows, ids } });
  });

  test.each(['json', 'ndjson', 'parquet', 'xlsx'])('as %s', async (format) => {
    const bench = await exportBench();
    const { runId, plan } = await planned(bench, { format, outputFile: bench.file(`a.${format}`) });
    expect(await bench.run(plan, { runId })).toMatchObject({ rows: accountCount, ids: { notFound: 2 } });
  });

  test('lists nothing where all are found, unless the list was named', async () => {
    const bench = await exportBench();
    const accounts = await bench.org.records('Account');
    const path = bench.file('list.txt');
    await writeFile(path, accounts.map(({ Id }) => String(Id)).join('\n'));
    for (const notFoundFile of [undefined, bench.file('missing.csv')]) {
      const { runId, soql, ids } = await planIds(
        {
          input: { name: 'list.txt', path },
          soql: 'SELECT Name FROM Account',
          describe: undefined,
          folder: bench.file('.'),
          ...(notFoundFile === undefined ? {} : { notFoundFile }),
        },
        bench.context,
      );
      const plan = bench.plan({ soql, ids, outputFile: bench.file('a.csv') });
      expect((await bench.run(plan, { runId })).ids).toMatchObject({
        notFound: 0,
        notFoundFilePath: notFoundFile ?? null,
      });
    }
    expect(await bench.files()).toEqual(['a.csv', 'list.txt', 'missing.csv']);
    expect((await bench.read('missing.csv')).toString()).toBe('Id,source__Row\n');
  });

  test('counts an id whose record does not meet the condition among those not found', async () => {
    const bench = await exportBench();
    const soql = 'SELECT Id, Name FROM Account WHERE NumberOfEmployees < 10';
    const { runId, plan } = await planned(bench, { outputFile: bench.file('a.csv') }, soql);
    expect((await bench.run(plan, { runId })).ids).toMatchObject({ found: 10, notFound: accountCount - 8 });
  });

  test.each([4, 12, 20, accountCount])('goes on behind %i records, and says the same', async (records) => {
    const bench = await exportBench();
    const { runId, plan } = await planned(bench, { outputFile: bench.file('a.csv') });
    await failureOf(bench.run(plan, { runId, events: stopAfter(records) }));
    await writeFile(bench.file('list.txt'), 'Id\n');
    const { ids, job } = await bench.resume(await bench.newestRun());
    expect(ids).toMatchObject({ found: accountCount, notFound: 2 });
    expect((await bench.read('a.csv')).toString()).toBe(await wholeCsv(bench));
    expect((await bench.read(`${job.id}-not-found-ids.csv`)).toString()).toBe(listOf);
    expect(await bench.requests('query.create')).toBe(jobCount);
  });

  test('begins a Parquet file again, with the jobs that it has, and says the same', async () => {
    const bench = await exportBench();
    const { runId, plan } = await planned(bench, { format: 'parquet', outputFile: bench.file('a.parquet') });
    await failureOf(bench.run(plan, { runId, events: stopAfter(12) }));
    const result = await bench.resume(await bench.newestRun());
    expect(result).toMatchObject({ rows: accountCount, ids: { found: accountCount, notFound: 2 } });
  });

  test('asks in shorter lists where the org takes too long', async () => {
    const bench = await exportBench();
    const errorMessage = 'QUERY_TIMEOUT : Your query request was running for too long.';
    const action = { kind: 'fail-job', afterBatches: 0, errorMessage } as const;
    await bench.org.faults.add({ endpoint: 'query.process', nth: 2, action });
    const { runId, plan } = await planned(bench, { outputFile: bench.file('a.csv') });
    expect((await bench.run(plan, { runId })).ids).toMatchObject({ found: accountCount, notFound: 2 });
    expect((await bench.read('a.csv')).toString()).toBe(await wholeCsv(bench));
  });

  test('is not resumed where its list has changed', async () => {
    const bench = await exportBench();
    const { runId, plan } = await planned(bench, { outputFile: bench.file('a.csv') });
    await failureOf(bench.run(plan, { runId, events: stopAfter(8) }));
    await writeFile(bench.context.store.pathFor(runId, 'ids'), 'something else');
    const error = await failureOf(bench.resume(await bench.newestRun()));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('The ids of this export are gone');
  });

  test('refuses a record that it did not ask for', async () => {
    const bench = await exportBench();
    const { runId, plan } = await planned(bench, { outputFile: bench.file('a.csv') });
    const api = {
      ...bench.context.api,
      send: ((request, read, ...more) =>
        bench.context.api.send(
          request.method === 'POST' ? { ...request, body: wider(request.body) } : request,
          read,
          ...more,
        )) as typeof bench.context.api.send,
    };
    const error = await failureOf(bench.run(plan, { runId, api }));
    expect(error).toBeInstanceOf(RowCountError);
    expect(error.message).toContain('returned a record that was not asked for');
    expect((await bench.files()).filter(isList)).toEqual([]);
  });
});

/** The same query without its condition. */
function wider(body: ApiRequest['body']): ApiRequest['body'] {
  return typeof body === 'string' ? body.replace(/ WHERE Id IN [^"]*/, '') : body;
}
