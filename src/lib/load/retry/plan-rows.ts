import { delimiterCharacters } from '../../api/types.js';
import { scanCsv } from '../../csv/scan.js';
import type { DescribeOf } from '../../describe/describe.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import type { LoadPlan, RetryPlan, SetAside } from '../../run/record.js';
import { keyNameOf, keySumIn } from '../keys/key-sum.js';
import type { ColumnPlan } from '../plan/columns.js';
import { packParts } from '../plan/parts.js';
import { inForm } from '../plan/send-form.js';
import { SetAsideFile } from '../plan/set-aside-file.js';
import { sourceFile } from '../plan/stage.js';
import { mostJobBytes } from '../model/request.js';
import { readResultRows, type ResultFile, type ResultRow, type RowForm } from './result-rows.js';
import { RowSpool } from './row-spool.js';

/** One of the service's internal batches: batches of a job run side by side, and would meet each other's locks. */
const mostRowsPerJob = 10_000;

export type RowPlanOptions = {
  /** Of the load whose rows these are, with the columns and the header that are sent now. */
  readonly plan: LoadPlan;
  readonly files: readonly ResultFile[];
  readonly isSent: (row: ResultRow) => boolean;
  readonly nameInFile?: RowForm['nameInFile'];
  /** See `RowForm`. */
  readonly ids?: RowForm['ids'];
  readonly keepsValueless?: RowForm['keepsValueless'];
  readonly check?: RowForm['check'];
  readonly nulls?: RowForm['nulls'];
  /** Tells why a row is put aside, its `sf__Error`; undefined for one that is sent. Default: all are sent. */
  readonly faultOf?: (row: ResultRow) => string | undefined;
  readonly describeOf: DescribeOf;
  /** Where to keep a file of the run that retries them. */
  readonly pathFor: (name: string) => string;
  /** Where to keep the rows that are put aside, for as long as the run. */
  readonly setAsidePath: string;
  /** Number of the first part. */
  readonly firstPart: number;
  readonly signal: AbortSignal | undefined;
};

/** What is sent, and what is put aside. */
export type RowPlan = { readonly sent: RetryPlan | undefined; readonly setAside: SetAside | undefined };

/**
 * Plans to send rows of result files again: sorted by parent, in small jobs, one after another.
 * @returns nothing to send when there is nothing to retry
 */
export async function planRows(options: RowPlanOptions): Promise<RowPlan> {
  const { plan, files, isSent, nameInFile, ids, keepsValueless, check, nulls, describeOf, pathFor, signal } =
    options;
  const { columns, header, lineEnding, columnDelimiter } = plan;
  const delimiter = delimiterCharacters[columnDelimiter];
  const parent = await parentColumn(plan, describeOf);
  const newline = lineEnding === 'CRLF' ? '\r\n' : '\n';
  const { keptColumns: kept = [] } = plan;
  const form = { columns, kept, nameInFile, delimiter, parent, ids, keepsValueless, check, nulls };
  const aside = new SetAsideFile(options.setAsidePath, {
    columns,
    delimiter: columnDelimiter,
    lineEnding,
    kept,
  });
  await using spool = await RowSpool.open({
    pathFor,
    header,
    newline,
    isSorted: parent >= 0,
    hasKept: kept.length > 0,
  });
  let rows = 0;
  for (const file of files) {
    const take = (row: ResultRow): void => {
      if (!isSent(row)) return;
      const fault = options.faultOf?.(row);
      if (fault !== undefined) {
        aside.add(row, fault);
        return;
      }
      rows += 1;
      spool.add(row);
    };
    await readResultRows(file, form, take, () => {
      signal?.throwIfAborted();
      return spool.flush();
    });
  }
  const setAside = aside.close();
  if (rows === 0) return { sent: undefined, setAside };
  await spool.commit();
  return { sent: await cutRows(spool, options), setAside };
}

/** Cuts the rows in the spool into jobs. */
async function cutRows(
  spool: RowSpool,
  { plan, pathFor, firstPart, signal }: RowPlanOptions,
): Promise<RetryPlan> {
  const { columns, header, lineEnding, operation, externalId, columnDelimiter } = plan;
  const delimiter = delimiterCharacters[columnDelimiter];
  const limits = { maxPartBytes: plan.maxJobBytes ?? mostJobBytes, maxPartRows: rowsPerJob(plan) };
  const keyName = keyNameOf(operation, externalId);
  const written = await sourceFile(spool.path, 'rows to send again', true);
  const sumRows = (names: readonly string[]) => keySumIn(names, keyName);
  const scan = await scanCsv(written, { delimiter, lineEnding, ...limits, sumRows, signal });
  // A person's editor may have changed the line endings inside of values.
  const { source, segments } = await inForm(
    { source: written, scan, columns: asTheyAre(columns) },
    {
      form: { delimiter: columnDelimiter, lineEnding, columns, header },
      keyName,
      spoolPath: pathFor('send.csv'),
      ...limits,
      signal,
    },
  );
  const parts = packParts(
    segments.map((segment) => ({ ...segment, source: 0 })),
    limits,
  );
  const places = { places: spool.places, ...(spool.kept === undefined ? {} : { kept: spool.kept }) };
  return {
    sources: [{ ...source, ...places }],
    parts: parts.map((part) => ({ ...part, index: part.index + firstPart })),
    rows: scan.rows,
    concurrency: 1,
  };
}

/** No more than the load was to put into one job. How many it did says nothing: all but one of its rows may have been set aside. */
function rowsPerJob({ options }: LoadPlan): number {
  const most = options?.maxRowsPerJob;
  return typeof most === 'number' ? Math.min(most, mostRowsPerJob) : mostRowsPerJob;
}

function asTheyAre(columns: readonly string[]): ColumnPlan {
  return {
    sent: columns.map((name, index) => ({ name, index })),
    checked: [],
    converted: [],
    key: undefined,
    needsRewrite: false,
    externalId: undefined,
    warnings: [],
  };
}

/** The first column that is a lookup, or names a parent by its key. */
async function parentColumn({ object, columns }: LoadPlan, describeOf: DescribeOf): Promise<number> {
  const describe = await describeOf(object);
  if (describe === undefined) return -1;
  const fields = fieldIndexOf(describe);
  return columns.findIndex((column) => column.includes('.') || fields.field(column)?.type === 'reference');
}
