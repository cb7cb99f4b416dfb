import { randomUUID } from 'node:crypto';
import { restApi, type RestApi, type RestQueryPage, type RestRecord } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import type { DescribeOf } from '../describe/describe.js';
import type { ColumnTypes } from '../describe/column-types.js';
import type { ExportPlan } from '../run/export-plan.js';
import { RowCountError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import type { SelectedItem, SoqlShape } from '../soql/shape.js';
import { plainValue, valueAt } from '../describe/rest-values.js';
import { type ExportOptions, resultTypes } from './session.js';
import { removePartial } from '../files/output-place.js';
import { placeOf, tryPlace, withPlace } from './sinks/place.js';
import { publish } from './publish.js';
import type { RecordSink } from './sinks/sink.js';
import {
  csvRows,
  jsonLines,
  JsonLinesWriter,
  kindsFromValues,
  type RestRow,
  type RestTable,
} from './rest-page.js';

export type RestExportOptions = Omit<ExportOptions, 'wait' | 'describeOf'> & {
  readonly describeOf: DescribeOf;
  readonly shape: SoqlShape | undefined;
};

/**
 * Runs a query over the REST API, page by page: for what Bulk jobs cannot do, such as aggregates and subqueries, and
 * for results small enough not to be worth a job. It has no journal and cannot be resumed.
 *
 * @returns the number of records
 * @throws RowCountError records are missing; no output appears
 */
export async function runRestExport(
  asked: ExportPlan,
  options: RestExportOptions,
  context: RunContext,
): Promise<number> {
  const plan = await withPlace(asked, { id: randomUUID(), spareFolder: context.store.folder });
  const place = placeOf(plan);
  if (place !== undefined) await tryPlace(place);
  try {
    const rows = await readInto(plan, options, context);
    if (place !== undefined) await publish(place);
    return rows;
  } catch (error) {
    await removePartial(plan.place);
    throw error;
  }
}

/** @returns the number of records */
async function readInto(plan: ExportPlan, options: RestExportOptions, context: RunContext): Promise<number> {
  const api = withRetry(context.api, (notice) => options.events.emit('retry', notice), context.retryPolicy);
  const rest = restApi(api, context.signal);
  const first = countAsRecord(await rest.query(plan.soql, { includeDeleted: plan.operation === 'queryAll' }));
  const columns = restColumns(options.shape, first.records);
  const rowsOf = (records: readonly RestRecord[]): Promise<RestRow[]> => readRows(records, columns, rest);
  const firstRows = await rowsOf(first.records);
  const types = await typesOf(plan, options, { columns, rows: firstRows });
  const table = { plan, columns, types };
  const sink = await openSink(table, options);
  const pageCounts: number[] = [];
  let rows = 0;
  try {
    for await (const page of rest.pagesFrom(first)) {
      const pageRows = page === first ? firstRows : await rowsOf(page.records);
      await sink.page(pageBytes(pageRows, table));
      rows += pageRows.length;
      pageCounts.push(pageRows.length);
      options.events.emit('downloading', { records: rows, totalRecords: first.totalSize });
    }
    requireAllRecords(first.totalSize, rows);
    await sink.finish({
      object: options.shape?.object ?? '',
      jobIds: [],
      apiVersion: context.org.apiVersion,
      pageRows: pageCounts,
    });
  } catch (error) {
    await sink.abandon();
    throw error;
  }
  return rows;
}

/** `SELECT COUNT()` answers with a total and no records. */
function countAsRecord(page: RestQueryPage): RestQueryPage {
  if (page.records.length > 0 || page.totalSize === 0 || !page.done) return page;
  return { totalSize: 1, done: true, records: [{ expr0: page.totalSize }] };
}

function readRows(
  records: readonly RestRecord[],
  columns: readonly string[],
  rest: RestApi,
): Promise<RestRow[]> {
  return Promise.all(
    records.map((record) => Promise.all(columns.map((column) => plainValue(valueAt(record, column), rest)))),
  );
}

async function typesOf(
  plan: ExportPlan,
  { describeOf, shape }: RestExportOptions,
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly RestRow[] },
): Promise<ColumnTypes | undefined> {
  if (!plan.typed && plan.plainNumbers !== true) return undefined;
  const known = await resultTypes({ ...plan, format: 'json' }, describeOf)(columns, shape?.object ?? '');
  return kindsFromValues(known ?? [], columns, rows);
}

function isJson(format: string): format is 'json' | 'ndjson' {
  return format === 'json' || format === 'ndjson';
}

function openSink(
  { plan, columns, types }: RestTable,
  options: Pick<RestExportOptions, 'openSink'>,
): Promise<RecordSink> {
  return options.openSink({
    plan,
    columns,
    types,
    offset: 0,
    hasEarlierRows: false,
    donePages: [],
    ...(isJson(plan.format) ? { writer: new JsonLinesWriter(plan.format) } : {}),
  });
}

async function* pageBytes(rows: readonly RestRow[], table: RestTable): AsyncGenerator<Buffer> {
  yield await Promise.resolve(isJson(table.plan.format) ? jsonLines(rows, table) : csvRows(rows, table));
}

function requireAllRecords(expected: number, received: number): void {
  if (expected === received) return;
  throw new RowCountError(
    `The query has ${expected} records, and ${received} arrived. The output is not complete.`,
    {
      data: { expected, received },
    },
  );
}

/**
 * The columns of what REST answers, in the order of the select list: paths such as `Account.Name`, aliases, `expr0`
 * for aggregates without one. Where only the records tell, as with `FIELDS(…)`, TYPEOF and a query that could not be
 * read, they are taken from the first of them.
 */
export function restColumns(shape: SoqlShape | undefined, records: readonly RestRecord[]): string[] {
  const onlyRecordsTell = shape?.items.some(({ kind }) => kind === 'fields' || kind === 'typeof') ?? true;
  if (shape === undefined || onlyRecordsTell) return membersOf(records);
  let unnamed = 0;
  const nameOf = ({ kind, path, alias }: SelectedItem): string => {
    if (alias !== undefined) return alias;
    if (kind === 'aggregate' || path === undefined) return `expr${unnamed++}`;
    // A grouped query names a parent's field by its last name only.
    return shape.isGrouped && kind === 'field' ? (path.split('.').at(-1) ?? path) : path;
  };
  return [...new Set(shape.items.map(nameOf))];
}

function membersOf(records: readonly RestRecord[]): string[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  names.delete('attributes');
  return [...names];
}
