import { nameProblems } from '../../csv/header.js';
import { InputError, UsageError, type InputProblem } from '../../errors.js';
import { applyMapping, type MappedColumn } from '../../mapping/mapping.js';
import {
  checkHeader,
  headerActions,
  idsOnly,
  isDeletion,
  type CheckedColumn,
  type HeaderCheck,
} from '../check/header.js';
import { noticeOf } from '../check/column.js';
import { uniqueColumn } from '../check/duplicate-keys.js';
import { chooseExternalId } from '../check/external-id.js';
import type { ByteConversion } from '../../formats/byte-conversion.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import { namedByLabel, type LabelledColumns } from './by-label.js';
import { misreadHeader } from '../check/misread-header.js';
import { withoutNeedlessType } from '../check/resolve-relationship.js';
import { lookupKey } from '../check/match-text.js';
import { keepsEmpty } from '../check/presence.js';
import { asKey, columnsByKey, type ColumnsByKey } from './key-column.js';
import { withoutOwnColumns } from './own-columns.js';
import { isResultFile, requireUnmapped, withConversion } from './result-file.js';
import { keyNameOf, KeySum } from '../keys/key-sum.js';
import type { LoadRequest } from '../model/request.js';
import type { LoadTarget } from './target.js';
import type { IngestOperation } from '../../api/types.js';
import { isCellEmpty, isEmptyFrom } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { HASH, isNullMark, QUOTE } from '../../csv/bytes.js';

/** A column of the upload. */
type SentColumn = MappedColumn & {
  /** Its empty cells stay empty, also with `emptyAsNull`. */
  readonly keepsEmpty?: boolean;
  readonly convert?: (text: string) => string | undefined;
  readonly convertBytes?: ByteConversion;
  /** Of a column of keys, in whose place the ids of records are sent: gives the key that a value is looked up as. */
  readonly lookupKey?: (text: string) => string;
};

/** What is sent of an input's columns, and under which names. */
export type ColumnPlan = {
  /** In the order of the upload. */
  readonly sent: readonly SentColumn[];
  /** Those of them whose values are checked, with their index in the input; none without a preflight. */
  readonly checked: readonly CheckedColumn[];
  /** Those of them whose values are converted, with and without a preflight. */
  readonly converted: readonly CheckedColumn[];
  /** The column that records are matched by; a column of its own, or none. */
  readonly key: CheckedColumn | undefined;
  /** False when the input's bytes can be sent under the new header as they are. */
  readonly needsRewrite: boolean;
  /** Upsert only. */ readonly externalId: string | undefined;
  readonly warnings: readonly InputProblem[];
};

/**
 * Decides what becomes of each column: mapping first, then the columns of result files, then the object's describe. What
 * is decided is the same with and without a preflight; without one, the header's problems are for the org to find.
 * @throws InputError with all problems of the header
 * @throws UsageError no field can be told that an upsert matches records by
 */
export async function planColumns(
  columns: readonly string[],
  file: string,
  request: LoadRequest,
  target: LoadTarget | undefined,
): Promise<ColumnPlan> {
  const { mapping, formats } = request.columns;
  const isResult = isResultFile(file, columns);
  if (mapping !== undefined && isResult) requireUnmapped(mapping, columns, file);
  const all =
    mapping === undefined
      ? columns.map((name, index): MappedColumn => ({ name, index }))
      : inServiceNames(applyMapping(mapping, columns, file), target);
  const labelled = byLabel(all, file, request, target);
  const { columns: own, notice } = withoutOwnColumns(labelled.columns, request.operation, request.externalId);
  const byKey = columnsByKey(own, target?.key);
  const { columns: mapped } = byKey;
  const { externalId, header } = await judgedOrMisread(byKey, file, request, target);
  const judged = header.columns.map((column) =>
    withConversion(asKey(column, byKey.at, target?.key), formats, isResult),
  );
  const byPosition = new Map(judged.map((column) => [column.index, column]));
  const known = judged.flatMap((column) => inputColumn(column, mapped));
  const sent = mapped.flatMap((column, at): SentColumn[] => {
    if (header.leftOut.has(at)) return [];
    const writing = (at === byKey.at ? lookup : writingOf)(byPosition.get(at), target);
    return [{ ...column, ...writing }];
  });
  return {
    sent,
    externalId,
    checked: request.preflight ? known : [],
    key: uniqueColumn(known, request.operation),
    converted: known.filter(({ conversion }) => conversion !== undefined),
    needsRewrite: !isOneToOne(sent, columns) || sent.some(({ convert }) => convert !== undefined),
    warnings: [
      ...noticeOf(/** Columns were taken by their labels. */ 'BY_LABEL', file, labelled.notice),
      ...noticeOf(/** Columns of result files are not sent. */ 'RESULT_COLUMNS', file, notice),
      ...[...byKey.warnings, ...header.warnings].map((problem) => ({ ...problem, file })),
    ],
  };
}

/** How the cells of a column are written. */
function writingOf(
  column: CheckedColumn | undefined,
  target: LoadTarget | undefined,
): Pick<SentColumn, 'keepsEmpty' | 'convert' | 'convertBytes'> {
  if (column === undefined || target === undefined) return {};
  const { conversion } = column;
  return {
    ...(keepsEmpty(column, target.describe) ? { keepsEmpty: true } : {}),
    ...(conversion === undefined
      ? {}
      : { convert: (text: string) => conversion.convert(text), convertBytes: conversion.write }),
  };
}

/** Sends the id of the record that has the key; nothing where no single one has. */
function lookup(column: CheckedColumn | undefined, target: LoadTarget | undefined): Partial<SentColumn> {
  const keyOf = (text: string): string => lookupKey(column ?? {}, text);
  const idOf = (text: string): string => target?.ids?.idOf(keyOf(text)) ?? '';
  const { keepsEmpty: keeps = false } = writingOf(column, target);
  return { ...(keeps ? { keepsEmpty: true } : {}), convert: idOf, lookupKey: keyOf };
}

function byLabel(
  columns: readonly MappedColumn[],
  file: string,
  { operation, columns: { mapByLabel } }: LoadRequest,
  target: LoadTarget | undefined,
): LabelledColumns {
  if (mapByLabel !== true || target === undefined) return { columns, notice: undefined };
  return namedByLabel(columns, file, { operation, fields: fieldIndexOf(target.describe) });
}

function inServiceNames(columns: readonly MappedColumn[], target: LoadTarget | undefined): MappedColumn[] {
  if (target === undefined) return [...columns];
  const fields = fieldIndexOf(target.describe);
  return columns.map((column) => ({ ...column, name: withoutNeedlessType(column.name, fields) }));
}

/** @throws InputError | UsageError with one reason where the header was misread: what else is wrong follows from it */
async function judgedOrMisread(
  { columns: mapped, problems: keyProblems }: ColumnsByKey,
  file: string,
  request: LoadRequest,
  target: LoadTarget | undefined,
): Promise<{ readonly externalId: string | undefined; readonly header: Judgement }> {
  const names = mapped.map(({ name }) => name);
  try {
    const externalId = externalIdOf(request, target, names);
    const header = await judge(names, externalId, request, target);
    if (keyProblems.length > 0) throw new InputError(keyProblems.map((problem) => ({ ...problem, file })));
    const problems =
      header.problems.length > 0 ? header.problems : wrongNames(names, header.leftOut, request);
    if (problems.length > 0) {
      const actions = headerActions(problems, names, request.operation);
      throw new InputError(
        problems.map((problem) => ({ ...problem, file })),
        { actions },
      );
    }
    return { externalId, header };
  } catch (error) {
    const index = target === undefined ? undefined : fieldIndexOf(target.describe);
    const isRefusal = error instanceof InputError || error instanceof UsageError;
    const misread = isRefusal ? misreadHeader(names, index) : undefined;
    throw misread === undefined ? error : new InputError([{ ...misread, file }], { cause: error });
  }
}

/** No field has a blank name, none can be set twice, and rows without a column are none, whatever the org has. */
function wrongNames(
  names: readonly string[],
  leftOut: ReadonlySet<number>,
  { object }: LoadRequest,
): InputProblem[] {
  const sent = [...names.entries()].filter(([position]) => !leftOut.has(position));
  if (sent.length === 0)
    return [
      { code: 'NOTHING_TO_SEND', message: `No column sets a field of ${object}: all are left out.`, row: 0 },
    ];
  return nameProblems(sent, names.length).map(({ action = '', message, ...problem }) => ({
    ...problem,
    message: `${message} ${action}`.trim(),
  }));
}

type Judgement = Pick<HeaderCheck, 'problems' | 'warnings' | 'columns' | 'leftOut'>;

async function judge(
  columns: readonly string[],
  externalIdField: string | undefined,
  { operation, preflight, columns: { ignoreUnknown, ignoreReadOnlyColumns } }: LoadRequest,
  target: LoadTarget | undefined,
): Promise<Judgement> {
  if (target === undefined) return withoutDescribe(columns, operation);
  const { describe, describeOf } = target;
  const ignored = { ignoreUnknownColumns: ignoreUnknown, ignoreReadOnlyColumns };
  const about = { operation, columns, describe, externalIdField, ...ignored };
  if (preflight) return checkHeader({ ...about, describeOf });
  // Parents decide nothing, so that the org need not be asked for them.
  const { columns: known, leftOut } = await checkHeader(about);
  return { ...withoutDescribe(columns, operation), columns: known, leftOut };
}

/** All columns are sent, but for a deletion. */
function withoutDescribe(columns: readonly string[], operation: LoadRequest['operation']): Judgement {
  if (isDeletion(operation)) return { ...idsOnly(columns, operation), columns: [] };
  return { problems: [], warnings: [], columns: [], leftOut: new Set() };
}

function externalIdOf(
  { operation, externalId }: LoadRequest,
  target: LoadTarget | undefined,
  names: readonly string[],
): string | undefined {
  // Of an update it is not the service that finds the records.
  if (operation === 'update') return undefined;
  if (operation !== 'upsert' || externalId !== undefined || target === undefined) return externalId;
  return chooseExternalId(target.describe, names);
}

/** A constant has no cell to check. */
function inputColumn(column: CheckedColumn, mapped: readonly MappedColumn[]): CheckedColumn[] {
  const from = mapped[column.index];
  return from !== undefined && 'index' in from ? [{ ...column, index: from.index }] : [];
}

function isOneToOne(sent: readonly MappedColumn[], columns: readonly string[]): boolean {
  return (
    sent.length === columns.length && sent.every((column, at) => 'index' in column && column.index === at)
  );
}

/** Whether a sound record is no row, whatever is in its cells that are not sent. */
export type IsBlankRow = (record: CsvRecord) => boolean;

/**
 * Tells the records that an insert would make blank records of: every cell that is sent is empty or `#N/A`. Undefined
 * where no such record may be skipped: other operations refuse a row without a key, and a constant is a value.
 * @param width how many columns the input has
 */
export function blankRows(
  operation: IngestOperation,
  sent: readonly SentColumn[],
  width: number,
): IsBlankRow | undefined {
  const cells = sent.flatMap((column) => ('index' in column ? [column.index] : []));
  if (operation !== 'insert' || cells.length === 0 || cells.length < sent.length) return undefined;
  const [first = 0] = cells;
  return (record) => {
    if (!mayBeBlank(record, first)) return false;
    for (const cell of cells) if (!isCellEmpty(record, cell) && !isNull(record, cell)) return false;
    return record.count >= width && isEmptyFrom(record, width);
  };
}

/** By the first byte of a cell alone, which settles it for nearly every record. */
function mayBeBlank({ bytes, starts, ends, count }: CsvRecord, cell: number): boolean {
  const start = starts[cell] ?? 0;
  return cell >= count || start === ends[cell] || bytes[start] === QUOTE || bytes[start] === HASH;
}

function isNull({ bytes, starts, ends }: CsvRecord, cell: number): boolean {
  return isNullMark(bytes, starts[cell] ?? 0, ends[cell] ?? 0);
}

/** Of the key's cell in the input, whatever it is called there. A constant is no key. */
export function keySumOf(columns: ColumnPlan, operation: IngestOperation): KeySum | undefined {
  const column = keyColumn(columns, operation);
  return column !== undefined && 'index' in column ? new KeySum(column.index, column.name) : undefined;
}

function keyColumn({ sent, externalId }: ColumnPlan, operation: IngestOperation): SentColumn | undefined {
  const name = keyNameOf(operation, externalId)?.toLowerCase();
  return sent.find((each) => each.name.toLowerCase() === name);
}

/** Whether keys are sent otherwise than they are in the input. */
export function isKeyConverted(columns: ColumnPlan, { operation }: LoadRequest): boolean {
  const column = keyColumn(columns, operation);
  return column !== undefined && (!('index' in column) || column.convert !== undefined);
}

/** Whether something else is sent than the input's own bytes. */
export function isRewritten(columns: ColumnPlan, { columns: { emptyAsNull } }: LoadRequest): boolean {
  return columns.needsRewrite || emptyAsNull === true;
}
