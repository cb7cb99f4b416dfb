import { delimiterCharacters } from '../../api/types.js';
import { encodeCell } from '../../csv/cells.js';
import type { DescribeOf } from '../../describe/describe.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { LoadPlan } from '../../run/record.js';
import type { ColumnTarget, ResolvedColumn } from '../check/column.js';
import { duplicateColumn, isDeletion } from '../check/header.js';
import { resolveColumn } from '../check/resolve-column.js';
import { keyNameOf } from '../keys/key-sum.js';
import { isOwnColumn } from '../plan/own-columns.js';

/** The columns of a result file that was read. */
type ReadColumns = { readonly header: readonly string[]; readonly path: string };

/** Those of the load that are still there, in its order, then those that a person has added. */
export async function columnsNow(
  read: readonly ReadColumns[],
  { plan, describeOf }: { readonly plan: LoadPlan; readonly describeOf: DescribeOf },
): Promise<{ readonly columns: readonly string[]; readonly unknown: readonly string[] }> {
  const { columns, object, operation, keyField } = plan;
  const isUnsent = unsentIn(plan);
  const there = columns.filter(
    (column) => isKey(plan, column) || read.some(({ header }) => has(header, column)),
  );
  const added = read.flatMap(({ header, path }) =>
    header
      .filter((name) => !isUnsent(name) && !has([...columns, keyField ?? ''], name))
      .map((name) => ({ name, path })),
  );
  if (added.length === 0 || isDeletion(operation)) return { columns: there, unknown: [] };
  const describe = await describeOf(object);
  const fields = describe === undefined ? undefined : fieldIndexOf(describe);
  const problems: InputProblem[] = [];
  const unknown: string[] = [];
  const resolve = (name: string): Promise<ResolvedColumn> | undefined =>
    fields && resolveColumn(name, fields, describeOf);
  const setters: Setter[] = [];
  for (const name of there) {
    const resolved = await resolve(name);
    if (resolved !== undefined && 'target' in resolved) setters.push({ name, ...resolved.target });
  }
  for (const { name, path } of added) {
    const resolved = await resolve(name);
    if (resolved === undefined) continue;
    if ('target' in resolved) {
      const setter = { name, ...resolved.target };
      if (setters.some((other) => isRival(setter, other)))
        problems.push({ ...duplicateColumn(name, setter.field.name), file: path });
      setters.push(setter);
      continue;
    }
    // A person's own notes; what is nearly a field is a field with a mistake in its name.
    if (resolved.unknown && resolved.problem.message.endsWith(`"${name}".`)) unknown.push(name);
    else problems.push({ ...resolved.problem, file: path });
  }
  if (problems.length > 0) throw new InputError(problems);
  const names = new Map(added.map(({ name }) => [name.toLowerCase(), name]));
  for (const name of unknown) names.delete(name.toLowerCase());
  return { columns: [...there, ...names.values()], unknown };
}

type Setter = ColumnTarget & { readonly name: string };

/** Whether both set one field. A parent may be named by keys of several objects, as `Lead:Who.Email` and `Contact:Who.Email` do. */
function isRival(one: Setter, other: Setter): boolean {
  const areKeys = one.byParentKey && other.byParentKey;
  return one.field === other.field && !areKeys && !isSame(one.name, other.name);
}

/** The key stands for `Id` where records are found by one. Else the record's id is sent as `Id` where records are found by it and the files have no such column. */
export function idColumnIn(read: readonly ReadColumns[], plan: LoadPlan): (column: string) => string {
  const { keyField } = plan;
  if (keyField !== undefined) return (column) => (isKey(plan, column) ? keyField : column);
  const servesAsId = isKey(plan, 'Id') && !read.some(({ header }) => has(header, 'Id'));
  return (column) => (servesAsId && isKey(plan, column) ? 'sf__Id' : column);
}

export function isKey({ operation, externalId }: LoadPlan, column: string): boolean {
  return isSame(column, keyNameOf(operation, externalId));
}

export function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => isSame(name, wanted));
}

export function isSame(name: string, other: string | undefined): boolean {
  return name.toLowerCase() === other?.toLowerCase();
}

export function withColumns(
  plan: LoadPlan,
  columns: readonly string[],
): Pick<LoadPlan, 'columns' | 'header'> {
  if (columns.join('\n') === plan.columns.join('\n')) return plan;
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  return { columns, header: columns.map((name) => encodeCell(name, delimiter)).join(delimiter) };
}

export function columnsGone(plan: LoadPlan, columns: readonly string[]): string[] {
  const gone = plan.columns.filter((column) => !has(columns, column));
  return gone.length === 0
    ? []
    : [`The result files have these columns no longer, so that they aren't sent: ${gone.join(', ')}.`];
}

export function columnsUnknown(names: readonly string[], { object }: LoadPlan): string[] {
  return names.length === 0
    ? []
    : [`These columns of the result files are no fields of ${object}, and aren't sent: ${names.join(', ')}.`];
}

/**
 * The columns of result files that are not the row's own, and those that the load has kept there. By a key, which is one of
 * those, ids are looked up again.
 */
export function unsentIn({ keptColumns = [], keyField }: LoadPlan): (name: string) => boolean {
  const isId = (name: string): boolean => keyField !== undefined && isSame(name, 'Id');
  return (name) =>
    isOwnColumn(name) || isId(name) || (has(keptColumns, name.trim()) && !isSame(name, keyField));
}

export function isKnownIn(plan: LoadPlan): (name: string) => boolean {
  const { columns, keyField } = plan;
  const names = new Set(
    [...columns, ...(keyField === undefined ? [] : [keyField])].map((name) => name.toLowerCase()),
  );
  const isUnsent = unsentIn(plan);
  return (name) => isUnsent(name) || names.has(name.trim().toLowerCase());
}
