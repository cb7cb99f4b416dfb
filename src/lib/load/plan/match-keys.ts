import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { readCsvHead, type VisitRecord } from '../../csv/scan.js';
import type { InputProblem } from '../../errors.js';
import type { CheckedColumn } from '../check/header.js';
import type { InvalidRows } from '../check/invalid-rows.js';
import { lookupKey } from '../check/match-text.js';
import type { RunContext } from '../../run/context.js';
import type { SourceFile } from '../../run/record.js';
import type { LoadRequest } from '../model/request.js';
import { planColumns } from './columns.js';
import { IdsByKey, type QueryCsv } from './ids-by-key.js';
import { readingOf } from './reading.js';
import type { LoadTarget } from './target.js';

type ReadSetup = {
  readonly target: LoadTarget | undefined;
  readonly queryCsv: QueryCsv | undefined;
  readonly context: RunContext;
  readonly path: string;
  /** Called before a request is sent. */
  readonly onRead: (what: { readonly object: string; readonly field: string }) => void;
};

/**
 * Reads the ids of records by the key that an update finds them by, once the header of the first source is known to be good:
 * it may take long.
 */
export async function withIds(
  request: LoadRequest,
  [first]: readonly SourceFile[],
  { target, queryCsv, context, path, onRead }: ReadSetup,
): Promise<LoadTarget | undefined> {
  const field = target?.key;
  if (target === undefined || field === undefined || first === undefined) return target;
  if (queryCsv === undefined) throw new TypeError('Nothing reads the ids of records here.');
  const { describe } = target;
  const head = await readCsvHead(first, readingOf(request, target));
  await planColumns(head.columns, first.name, request, target);
  onRead({ object: describe.name, field: field.name });
  return { ...target, ids: await IdsByKey.read({ describe, field, queryCsv, context, path }) };
}

type MatcherSetup = {
  readonly ids: IdsByKey | undefined;
  readonly invalid: InvalidRows | undefined;
};

/** Puts rows aside whose keys no single record has. Undefined where records are found by their ids. */
export function keyMatcher(
  key: CheckedColumn | undefined,
  { ids, invalid }: MatcherSetup,
): VisitRecord | undefined {
  if (key === undefined || ids === undefined || invalid === undefined) return undefined;
  return (record, row) => {
    const fault = ids.faultOf(lookupKey(key, cellText(record, key.index)));
    if (fault !== undefined) invalid.addUnmatched(row, fault);
  };
}

/** Both of them, as far as they are there. */
export function bothOf<R extends CsvRecord>(
  first: ((record: R, row: number) => void) | undefined,
  second: ((record: R, row: number) => void) | undefined,
): ((record: R, row: number) => void) | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (record, row) => {
    first(record, row);
    second(record, row);
  };
}

type MatchedSource = {
  readonly source: Pick<SourceFile, 'name'>;
  readonly scan: { readonly rows: number };
  readonly invalid?: InvalidRows | undefined;
};

/** How many rows are not sent because no single record has their key. */
export function unmatchedRows(
  { source: { name: file }, invalid, scan }: MatchedSource,
  target: LoadTarget | undefined,
): InputProblem[] {
  const count = invalid?.unmatched ?? 0;
  if (count === 0) return [];
  const rows = count.toLocaleString('en-US');
  const all = scan.rows.toLocaleString('en-US');
  const object = target?.describe.name ?? '';
  const field = target?.key?.name ?? '';
  const what = count === 1 ? 'matches' : 'match';
  const become = count === 1 ? 'It is not sent, and goes' : 'They are not sent, and go';
  const message = `${rows} of ${all} rows of ${file} ${what} no single ${object} by ${field}. ${become} into the failed-records file.`;
  return [{ code: 'NO_MATCH', file, message }];
}
