import type { IngestOperation, SObjectDescribe } from '../../api/types.js';
import { fieldIndexOf, type FieldIndex } from '../../describe/field-index.js';
import type { Conversion } from '../../formats/conversion.js';
import type { DescribeOf } from '../../describe/describe.js';
import {
  type ColumnTarget,
  type ResolvedColumn,
  headerProblem,
  wholeHeaderProblem,
  type HeaderProblem,
} from './column.js';
import { mayBeSet, mayBeUsed, missingRequired, type Verdict } from './may-be-set.js';
import { checkExternalId } from './external-id.js';
import { resolveColumn } from './resolve-column.js';

export type HeaderCheckRequest = {
  readonly operation: IngestOperation;
  /** The header of the input, after any mapping of columns to fields. */
  readonly columns: readonly string[];
  readonly describe: SObjectDescribe;
  /** Upsert only: the field that records are matched by. */
  readonly externalIdField?: string;
  /** Leave columns that match no field out of the load, instead of refusing them. Default: false. */
  readonly ignoreUnknownColumns?: boolean;
  /** Leave columns that the operation cannot set out of the load, instead of refusing them. Default: false. */
  readonly ignoreReadOnlyColumns?: boolean;
  /** Describes the parents that relationship columns point at; without it their fields are not checked. */
  readonly describeOf?: DescribeOf;
};

/** A column that will be sent. */
export type CheckedColumn = ColumnTarget & {
  /** Where the column stands in the input, from 0. */
  readonly index: number;
  /** Its name as the input has it. */
  readonly name: string;
  /** Records are matched by it: `Id`, or the external id of an upsert. */
  readonly isKey: boolean;
  /** What brings its values into the service's form, where they are not in it. */
  readonly conversion?: Conversion;
};

export type HeaderCheck = {
  /** Reasons not to send the input; all of them, in the header's order. */
  readonly problems: readonly HeaderProblem[];
  /** What is worth knowing but stops nothing. */
  readonly warnings: readonly HeaderProblem[];
  /** Columns that match no field, whether or not they are ignored. */
  readonly unknownColumns: readonly string[];
  /** The columns that set a field, in the input's order. For delete this is the Id column alone. */
  readonly columns: readonly CheckedColumn[];
  /** The positions of columns that are not sent, whether or not the header has problems. */
  readonly leftOut: ReadonlySet<number>;
};

/** Holds the header of an input against the object's describe, and tells everything that is wrong with it. */
export async function checkHeader(request: HeaderCheckRequest): Promise<HeaderCheck> {
  const index = fieldIndexOf(request.describe);
  const check = isDeletion(request.operation) ? checkDelete(request, index) : await checkSave(request, index);
  const { problem, warning } = mayBeUsed(index, request.operation);
  // Whatever else is wrong does not matter then.
  if (problem !== undefined) return { ...check, problems: [problem] };
  return warning === undefined ? check : { ...check, warnings: [warning, ...check.warnings] };
}

function checkDelete({ columns, operation }: HeaderCheckRequest, index: FieldIndex): HeaderCheck {
  const { idColumn, ...verdict } = idsOnly(columns, operation);
  const name = columns[idColumn];
  const field = index.field('Id');
  const isThere = name !== undefined && field !== undefined;
  return {
    ...verdict,
    unknownColumns: [],
    columns: isThere ? [{ index: idColumn, name, field, byParentKey: false, isKey: true }] : [],
  };
}

/** The service takes nothing but ids for a deletion: "The 'delete' batch must contain only ids". */
export function idsOnly(
  columns: readonly string[],
  operation: IngestOperation,
): Pick<HeaderCheck, 'problems' | 'warnings' | 'leftOut'> & {
  /** -1: there is none. */ readonly idColumn: number;
} {
  const isId = (column: string): boolean => column.toLowerCase() === 'id';
  const idColumn = columns.findIndex(isId);
  if (idColumn < 0) return { problems: [idMissing(operation)], warnings: [], leftOut: new Set(), idColumn };
  const leftOut = new Set([...columns.keys()].filter((position) => position !== idColumn));
  const others = columns.filter((_, position) => leftOut.has(position));
  const message = `A deletion sends ids only. Left out: ${others.join(', ')}.`;
  return {
    problems: others.some(isId) ? [duplicateColumn(columns[idColumn] ?? '', 'Id')] : [],
    warnings: others.length === 0 ? [] : [wholeHeaderProblem('LEFT_OUT', message)],
    leftOut,
    idColumn,
  };
}

/** Whether records are deleted, which takes their ids and nothing else. */
export function isDeletion(operation: IngestOperation): boolean {
  return operation === 'delete' || operation === 'hardDelete';
}

async function checkSave(request: HeaderCheckRequest, index: FieldIndex): Promise<HeaderCheck> {
  const { columns, operation, externalIdField = 'Id' } = request;
  const { ignoreUnknownColumns = false, ignoreReadOnlyColumns = false } = request;
  const describeOf = request.describeOf ?? (() => Promise.resolve(undefined));
  const keyField = index.field(operation === 'upsert' ? externalIdField : 'Id');
  const problems: HeaderProblem[] = [];
  const warnings: HeaderProblem[] = [];
  const unknownColumns: string[] = [];
  const checked: CheckedColumn[] = [];
  const leftOut = new Set<number>();
  const readOnly: string[] = [];
  for (const [position, name] of columns.entries()) {
    const resolved =
      name.trim() === '' ? nameless(position, columns.length) : await resolveColumn(name, index, describeOf);
    if ('problem' in resolved) {
      if (resolved.unknown) unknownColumns.push(name);
      if (resolved.unknown && ignoreUnknownColumns) {
        leftOut.add(position);
        warnings.push({ ...resolved.problem, message: skipped(name, position, index) });
      } else problems.push(resolved.problem);
      continue;
    }
    const { target } = resolved;
    const column = {
      ...target,
      index: position,
      name,
      isKey: target.field === keyField && !target.byParentKey,
    };
    const setsKey = column.isKey && operation === 'upsert';
    const verdict = setsKey ? {} : mayBeSet(name, target, operation, index);
    if (ignoreReadOnlyColumns && verdict.isReadOnly === true) {
      leftOut.add(position);
      readOnly.push(name);
      continue;
    }
    for (const { problem, warning } of [verdict, clash(column, checked)]) {
      if (problem !== undefined) problems.push(problem);
      if (warning !== undefined) warnings.push(warning);
    }
    checked.push(column);
  }
  if (readOnly.length > 0) warnings.push(wholeHeaderProblem('NOT_SENT', notSent(readOnly, operation)));
  if (operation === 'insert') problems.push(...missingRequired(index, checked));
  if (operation === 'upsert') {
    problems.push(...checkExternalId(index, externalIdField, columns));
    // Rows that match an existing record do not need them, so only the org can tell.
    warnings.push(...missingRequired(index, checked));
  }
  if (operation === 'update' && !checked.some(({ isKey }) => isKey)) problems.push(idMissing(operation));
  return { problems, warnings, unknownColumns, columns: checked, leftOut };
}

function idMissing(operation: IngestOperation): HeaderProblem {
  const verb = operation === 'update' ? 'update' : 'delete';
  const message = `There is no Id column, and records to ${verb} are found by their Id.`;
  return wholeHeaderProblem('ID_MISSING', message);
}

function nameless(position: number, count: number): ResolvedColumn {
  const column = String(position + 1);
  const message =
    `Column ${column} of ${count} has no name. Name it after a field,` +
    ' or leave columns without a name out with --ignore-unknown-columns.';
  return { problem: headerProblem('EMPTY_COLUMN', column, message), unknown: true };
}

function skipped(name: string, position: number, { describe }: FieldIndex): string {
  return name.trim() === ''
    ? `Column ${position + 1} has no name and is skipped.`
    : `Column "${name}" is no field of ${describe.name} and is skipped.`;
}

function notSent(columns: readonly string[], operation: IngestOperation): string {
  const where =
    operation === 'insert'
      ? 'on new records'
      : operation === 'update'
        ? 'on existing records'
        : 'by an upsert';
  return `Columns that can't be set ${where} are not sent: ${columns.join(', ')}.`;
}

export function duplicateColumn(column: string, field: string): HeaderProblem {
  return headerProblem('DUPLICATE_COLUMN', column, `More than one column sets "${field}".`);
}

/** Two columns that set the same field: the same way twice, or the parent once by id and once by key. */
function clash(column: CheckedColumn, earlier: readonly CheckedColumn[]): Verdict {
  const others = earlier.filter(({ field }) => field === column.field);
  const [other] = others;
  if (other === undefined) return {};
  const twice = others.some(
    ({ name, byParentKey }) =>
      name.toLowerCase() === column.name.toLowerCase() || !(byParentKey || column.byParentKey),
  );
  if (twice) return { problem: duplicateColumn(column.name, column.field.name) };
  const message = `"${other.name}" and "${column.name}" set the same parent. A row may fill only one of them.`;
  return { warning: headerProblem('LOOKUP_AND_KEY', column.name, message) };
}

/** Of columns that the org sets itself, and of records that were exported or deleted and are to be created anew. */
const readOnlyCodes: ReadonlySet<string> = new Set(['ID_ON_INSERT', 'NOT_CREATEABLE', 'NOT_UPDATEABLE']);

/** What a person can do about a header as a whole. */
export function headerActions(
  problems: ReadonlyArray<{ readonly code: string }>,
  names: readonly string[],
  operation: IngestOperation,
): string[] {
  if (operation === 'insert' && names.every((name) => name.toLowerCase() === 'id')) {
    return [
      'The file has only ids. To put deleted records back, restore them from the recycle bin in Salesforce, or insert a file that has their fields.',
    ];
  }
  return problems.some(({ code }) => readOnlyCodes.has(code))
    ? ["To skip the columns that can't be set, add --ignore-read-only-columns."]
    : [];
}
