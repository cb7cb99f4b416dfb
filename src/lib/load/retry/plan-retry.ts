import { open, type FileHandle } from 'node:fs/promises';
import { delimiterCharacters } from '../../api/types.js';
import { scanCsv } from '../../csv/scan.js';
import type { DescribeOf } from '../../describe/describe.js';
import { FieldIndex } from '../../describe/field-index.js';
import type { LoadPlan, RetryPlan } from '../../run/record.js';
import { keyNameOf, keySumIn } from '../check/key-sum.js';
import { sourceFile } from '../plan/stage.js';
import { packParts } from '../plan/parts.js';
import { gatherRows, type GatheredRow } from './gather-rows.js';
import { writePlaces } from '../collect/places.js';
import { selectRows, type RowFiles, type RowSelection } from './select-rows.js';

/** One of the service's internal batches: batches of a job run side by side, and would meet each other's locks. */
const rowsPerJob = 10_000;

export type RetryOptions = {
  /** Of the load whose rows these are. */
  readonly plan: LoadPlan;
  readonly files: RowFiles;
  readonly failed: RowSelection['failed'];
  readonly describeOf: DescribeOf;
  /** Where to keep a file of the run that retries them. */
  readonly pathFor: (name: string) => string;
  /** Number of the first part. */
  readonly firstPart: number;
};

/**
 * Plans to send failed and unprocessed rows of a load again: sorted by parent, in small jobs, one after another.
 * @returns undefined when there is nothing to send again
 */
export async function planRows(options: RetryOptions): Promise<RetryPlan | undefined> {
  const { plan, files, failed, describeOf, pathFor, firstPart } = options;
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  const rows = await gatherRows(
    plan,
    selectRows(files, { delimiter, failed }),
    await parentColumn(plan, describeOf),
  );
  if (rows.length === 0) return undefined;
  rows.sort((a, b) => (a.parent < b.parent ? -1 : a.parent > b.parent ? 1 : 0));
  const path = pathFor('csv');
  const places = pathFor('places');
  await writeRows(path, plan, rows);
  await writePlaces(places, rows);
  const source = { ...(await sourceFile(path, 'rows to send again', true)), places };
  const { lineEnding, operation, externalId } = plan;
  const sumRows = (names: readonly string[]) => keySumIn(names, keyNameOf(operation, externalId));
  const scan = await scanCsv(source, { delimiter, lineEnding, maxPartRows: rowsPerJob, sumRows });
  const segments = scan.parts.map((part) => ({ ...part, source: 0 }));
  const limits = { maxPartBytes: Number.POSITIVE_INFINITY, maxPartRows: rowsPerJob };
  const parts = packParts(segments, limits).map((part) => ({ ...part, index: part.index + firstPart }));
  return { sources: [source], parts, rows: scan.rows, concurrency: 1 };
}

/** The first column that is a lookup, or names a parent by its key. */
async function parentColumn({ object, columns }: LoadPlan, describeOf: DescribeOf): Promise<number> {
  const describe = await describeOf(object);
  if (describe === undefined) return -1;
  const fields = new FieldIndex(describe);
  return columns.findIndex((column) => column.includes('.') || fields.field(column)?.type === 'reference');
}

async function writeRows(path: string, plan: LoadPlan, rows: readonly GatheredRow[]): Promise<void> {
  const newline = Buffer.from(plan.lineEnding === 'CRLF' ? '\r\n' : '\n');
  const file = await open(path, 'w', 0o600);
  try {
    await writeInRuns(file, [Buffer.from(plan.header), newline]);
    for (let from = 0; from < rows.length; from += 10_000) {
      await writeInRuns(
        file,
        rows.slice(from, from + 10_000).flatMap(({ line }) => [line, newline]),
      );
    }
  } finally {
    await file.close();
  }
}

async function writeInRuns(file: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  await file.appendFile(Buffer.concat(chunks));
}
