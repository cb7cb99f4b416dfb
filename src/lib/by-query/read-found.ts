import { restApi, type RestQueryPage, type RestRecord } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import type { DescribeField, JobInfo } from '../api/types.js';
import { jobCsv } from '../export/job-csv.js';
import { readRows } from '../csv/read-rows.js';
import { RowCountError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import { fieldAt } from '../describe/field-index.js';
import { fieldValue } from './template.js';
import type { FoundRecords } from './find.js';
import { queryJobsOf, runQueryJob } from '../export/query-job.js';

/**
 * The records that a query has found, one at a time, in the shape that REST gives them, whichever way they come.
 * @throws RowCountError records are missing
 */
export async function* readFound(found: FoundRecords, context: RunContext): AsyncGenerator<RestRecord> {
  const { source, route } = found;
  if ('job' in source) yield* ofJob(source.job, found, context);
  else if (route === 'bulk') yield* ofJob(await runQueryJob(found, context), found, context);
  else yield* ofPages(source.firstPage, context);
}

async function* ofPages(firstPage: RestQueryPage, context: RunContext): AsyncGenerator<RestRecord> {
  const rest = restApi(withRetry(context.api, undefined, context.retryPolicy), context.signal);
  let received = 0;
  for await (const { records } of rest.pagesFrom(firstPage)) {
    yield* records;
    received += records.length;
  }
  if (received === firstPage.totalSize) return;
  throw new RowCountError(
    `The query has ${firstPage.totalSize} records, and its pages brought ${received}.`,
    {
      data: { expected: firstPage.totalSize, received },
    },
  );
}

async function* ofJob(job: JobInfo, found: FoundRecords, context: RunContext): AsyncGenerator<RestRecord> {
  const { jobs, signal } = queryJobsOf(found.object, context);
  const csv = jobCsv({ jobs, job, apiVersion: context.org.apiVersion, signal });
  let columns: readonly Column[] | undefined;
  for await (const row of readRows(csv, ',')) {
    columns ??= await columnsOf(Object.keys(row), found);
    yield restRecord(row, columns);
  }
}

/** A column of the results: its path, as names, and its field where it is known. */
type Column = {
  readonly path: string;
  readonly parents: readonly string[];
  readonly name: string;
  readonly field: DescribeField | undefined;
};

function columnsOf(paths: readonly string[], { fields, describeOf }: FoundRecords): Promise<Column[]> {
  return Promise.all(
    paths.map(async (path) => {
      const names = path.split('.');
      const field = await fieldAt(path, fields, describeOf);
      return { path, parents: names.slice(0, -1), name: names.at(-1) ?? '', field };
    }),
  );
}

/** `{ "Account.Name": "x", "Amount": "12.0" }` as `{ Account: { Name: "x" }, Amount: 12 }`. */
function restRecord(row: Readonly<Record<string, string>>, columns: readonly Column[]): RestRecord {
  const record: Record<string, unknown> = {};
  for (const { path, parents, name, field } of columns) {
    let parent = record;
    for (const each of parents) parent = (parent[each] ??= {}) as Record<string, unknown>;
    parent[name] = fieldValue(asRestWrites(row[path] ?? '', field), field);
  }
  return record;
}

/** Times as REST writes them: Bulk ends them with `Z`, REST with `+0000` (captures of both). */
function asRestWrites(text: string, field: DescribeField | undefined): string {
  return field?.type === 'datetime' ? text.replace(/Z$/, '+0000') : text;
}
