import { InputError, type InputProblem } from '../../errors.js';
import { applyMapping, type MappedColumn } from '../../mapping/mapping.js';
import { checkHeader, type CheckedColumn } from '../check/header.js';
import { chooseExternalId } from '../check/external-id.js';
import type { LoadRequest } from '../request.js';
import type { LoadTarget } from './target.js';

/** What is sent of an input's columns, and under which names. */
export type ColumnPlan = {
  /** In the order of the upload. */
  readonly sent: readonly MappedColumn[];
  /** Those of them whose values can be checked, with their index in the input. */
  readonly checked: readonly CheckedColumn[];
  /** False when the input's bytes can be sent under the new header as they are. */
  readonly needsRewrite: boolean;
  /** Upsert only. */
  readonly externalId: string | undefined;
  readonly warnings: readonly InputProblem[];
};

/**
 * Decides what becomes of each column: mapping first, then the describe check.
 * @throws InputError with all problems of the header
 */
export async function planColumns(
  columns: readonly string[],
  file: string,
  request: LoadRequest,
  target: LoadTarget | undefined,
): Promise<ColumnPlan> {
  const { mapping } = request.columns;
  const mapped: MappedColumn[] =
    mapping === undefined
      ? columns.map((name, index) => ({ name, index }))
      : applyMapping(mapping, columns, file);
  if (target === undefined) return unchecked(mapped, columns, request);
  const names = mapped.map(({ name }) => name);
  const externalId = externalIdOf(request, target, names);
  const header = await checkHeader({
    ...target,
    operation: request.operation,
    columns: names,
    externalIdField: externalId,
    ignoreUnknownColumns: request.columns.ignoreUnknown,
  });
  if (header.problems.length > 0)
    throw new InputError(header.problems.map((problem) => ({ ...problem, file })));
  const sent = header.columns.map(({ index }) => mapped[index] as MappedColumn);
  return {
    sent,
    externalId,
    checked: header.columns.flatMap((column) => inputColumn(column, mapped)),
    needsRewrite: !isOneToOne(sent, columns),
    warnings: header.warnings.map((problem) => ({ ...problem, file })),
  };
}

function unchecked(
  sent: readonly MappedColumn[],
  columns: readonly string[],
  request: LoadRequest,
): ColumnPlan {
  const externalId = request.operation === 'upsert' ? (request.externalId ?? 'Id') : undefined;
  return { sent, checked: [], needsRewrite: !isOneToOne(sent, columns), externalId, warnings: [] };
}

function externalIdOf(
  { operation, externalId }: LoadRequest,
  { describe }: LoadTarget,
  names: readonly string[],
): string | undefined {
  if (operation !== 'upsert') return undefined;
  return externalId ?? chooseExternalId(describe, names);
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
