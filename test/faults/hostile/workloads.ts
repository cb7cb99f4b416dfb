import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { restApi } from '../../../src/lib/api/rest.js';
import { withRetry } from '../../../src/lib/api/retry.js';
import { destroyByQuery, updateByQuery } from '../../../src/lib/by-query/by-query.js';
import { describer } from '../../../src/lib/describe/describe.js';
import { Events } from '../../../src/lib/events.js';
import { runExport } from '../../../src/lib/export/export.js';
import { runRestExport } from '../../../src/lib/export/rest-export.js';
import { openOutput } from '../../../src/lib/export/sinks/open-output.js';
import { findJob } from '../../../src/lib/jobs/find-job.js';
import { listJobs } from '../../../src/lib/jobs/list.js';
import { collectForeignJob } from '../../../src/lib/load/foreign-job.js';
import { startLoad } from '../../../src/lib/load/load.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import type { ExportPlan } from '../../../src/lib/run/export-plan.js';

/** Where a case may write, beside its state. */
export type Places = { readonly work: string; readonly results: string; readonly outputs: string };

/** Something that is done with an org, and the job that it may be done with. */
export type HostileWorkload = (context: RunContext, places: Places, jobId: string) => Promise<unknown>;

const soql = 'SELECT Id, Name, Description FROM Account';

export const workloads: Readonly<Record<string, HostileWorkload>> = {
  insert: (context, places) => load('insert', context, places),
  upsert: (context, places) => load('upsert', context, places),
  'export to a file': (context, { outputs }) =>
    runExport(plan('csv', { outputFile: join(outputs, 'out.csv') }), toTheEnd(), context),
  'export to a folder': (context, { outputs }) =>
    runExport(plan('ndjson', { outputDir: join(outputs, 'out') }), toTheEnd(), context),
  'export over REST': (context, { outputs }) =>
    runRestExport(
      plan('json', { outputFile: join(outputs, 'out.json') }),
      { ...toTheEnd(), describeOf: describer(restApi(context.api, context.signal)), shape: undefined },
      context,
    ),
  'update by query': (context, { results }) =>
    updateByQuery(`${soql} LIMIT 5`, { Description: '${Name}' }, { context, resultsDir: results }),
  'update by query with a job': (context, { results }) =>
    updateByQuery(
      `${soql} LIMIT 5`,
      { Description: '${Name}' },
      { context, resultsDir: results, bulkThreshold: 0 },
    ),
  'delete by query': (context) => destroyByQuery(`${soql} LIMIT 1`, { context }),
  "collect another tool's job": async (context, { results }, jobId) => {
    const { api, signal = new AbortController().signal } = context;
    const { info } = await findJob(withRetry(api, undefined, context.retryPolicy), jobId, signal);
    return collectForeignJob(withRetry(api, undefined, context.retryPolicy), info, {
      resultsDir: results,
      signal,
    });
  },
  'list jobs': (context) =>
    listJobs(withRetry(context.api, undefined, context.retryPolicy), {}, context.signal),
};

async function load(operation: 'insert' | 'upsert', context: RunContext, { work, results }: Places) {
  const path = join(work, 'in.csv');
  await writeFile(path, 'External_Id__c,Name\n1,a\n2,b\n3,c\n');
  const planned = await planLoad(
    {
      operation,
      object: 'Account',
      ...(operation === 'upsert' ? { externalId: 'External_Id__c' } : {}),
      inputs: [{ name: 'in.csv', path }],
      reading: {},
      columns: {},
      limits: { maxJobBytes: 100_000_000, maxRowsPerJob: 2, concurrency: 2 },
      resultsDir: results,
      retries: 1,
      preflight: true,
      wait: 'end',
    },
    context,
    new Events(),
  );
  return startLoad(planned, { events: new Events(), firstRetryWaitMs: 1 }, context);
}

function plan(format: string, output: Partial<ExportPlan>): ExportPlan {
  const form = { columnDelimiter: 'COMMA', lineEnding: 'LF', typed: false, concurrency: 2 } as const;
  return { operation: 'query', soql, format, ...form, ...output };
}

function toTheEnd() {
  const openSink = openOutput({ stream: process.stdout, showTable: () => undefined });
  return { wait: 'end', openSink, events: new Events<never>() } as const;
}
