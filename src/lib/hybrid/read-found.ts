import { queryJobs } from '../api/query-jobs.js';
import { restApi, type RestQueryPage, type RestRecord } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import type { FieldIndex } from '../describe/field-index.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import { jobCsv } from '../library/job-csv.js';
import { readRows } from '../library/read-rows.js';
import { RowCountError } from '../row-count-error.js';
import type { RunContext } from '../run-context.js';
import { fieldValue } from './field-value.js';
import type { FoundRecords } from './find-records.js';

/**
 * The records that a query has found, one at a time, in the shape that REST gives them, whichever way they come.
 * @throws RowCountError records are missing
 */
export function readFound(found: FoundRecords, context: RunContext): AsyncGenerator<RestRecord> {
  return found.route === 'bulk' ? overBulk(found, context) : overRest(found, context);
}

async function* overRest({ firstPage }: FoundRecords, context: RunContext): AsyncGenerator<RestRecord> {
  const rest = restApi(withRetry(context.api, undefined, context.retryPolicy), context.signal);
  let received = 0;
  for (let page: RestQueryPage = firstPage; ;) {
    yield* page.records;
    received += page.records.length;
    if (page.done || page.nextRecordsUrl === undefined) break;
    page = await rest.queryMore(page.nextRecordsUrl);
  }
  if (received === firstPage.totalSize) return;
  throw new RowCountError(
    `The query has ${firstPage.totalSize} records, and its pages brought ${received}.`,
    {
      data: { expected: firstPage.totalSize, received },
    },
  );
}

async function* overBulk({ soql, fields }: FoundRecords, context: RunContext): AsyncGenerator<RestRecord> {
  const { signal = new AbortController().signal, org } = context;
  const jobs = queryJobs(withRetry(context.api, undefined, context.retryPolicy), signal);
  const { id } = await jobs.create({ operation: 'query', query: soql });
  const job = await pollUntilEnded({ jobId: id, ask: () => jobs.info(id), signal });
  if (job.state !== 'JobComplete') throw new JobFailedError(job, { data: { jobId: id } });
  const csv = jobCsv({ jobs, job, apiVersion: org.apiVersion, signal });
  for await (const row of readRows(csv, ',')) yield restRecord(row, fields);
}

/** `{ "Account.Name": "x", "Amount": "12.0" }` as `{ Account: { Name: "x" }, Amount: 12 }`. */
function restRecord(row: Readonly<Record<string, string>>, fields: FieldIndex): RestRecord {
  const record: Record<string, unknown> = {};
  for (const [path, text] of Object.entries(row)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let parent = record;
    for (const name of names) parent = (parent[name] ??= {}) as Record<string, unknown>;
    parent[last] = fieldValue(text, names.length === 0 ? fields.field(last) : undefined);
  }
  return record;
}
