import type { LoadPlan } from '../../run/record.js';
import type { CheckedSource } from './first-pass.js';
import { isOwnColumn } from './own-columns.js';

/** The columns of the inputs that are not sent, and are kept for the result files. */
export type KeptColumns = {
  /** As they are called in the result files, where each name is there once. */
  readonly names: readonly string[];
  /** Of one source, where the cell of each comes from. */
  readonly cellsOf: (source: CheckedSource) => readonly KeptCell[];
};

export type KeptCell = {
  /** -1 where the source has no such column. */
  readonly index: number;
  /** Gives what is kept for a value; absent: the value. */
  readonly convert?: (text: string) => string;
};

type KeptChoice = {
  /** All columns that aren't sent. */
  readonly isAll: boolean;
  /** The field that records are found by, whose values are not sent. */
  readonly key: string | undefined;
};

export function keptColumns(
  checked: readonly CheckedSource[],
  { columns }: Pick<LoadPlan, 'columns'>,
  { isAll, key }: KeptChoice,
): KeptColumns {
  const unsentOf = (source: CheckedSource): NamedCell[] => [
    ...keyOfRow(source, key),
    ...(isAll ? unsentCells(source) : []),
  ];
  const unsent = new Map<string, string>();
  for (const source of checked)
    for (const { id, name } of unsentOf(source)) unsent.set(id, unsent.get(id) ?? name);
  const taken = new Set(columns.map(keyOf));
  const names = [...unsent.values()].map((name) => freeName(name, taken));
  const ids = [...unsent.keys()];
  return {
    names,
    cellsOf(source) {
      const cells = new Map(unsentOf(source).map(({ id, cell }) => [id, cell]));
      return ids.map((id) => cells.get(id) ?? { index: -1 });
    },
  };
}

/** `id` is the same in all sources; a column that isn't sent may have the name of the key, and is another one. */
type NamedCell = { readonly id: string; readonly name: string; readonly cell: KeptCell };

const keyId = ' key';

/**
 * The key that a row's record is found by, under the name of its field and as it was looked up: a retry finds the record by
 * that, and doesn't know how the load has read the value.
 */
function keyOfRow({ columns }: CheckedSource, key: string | undefined): NamedCell[] {
  if (key === undefined) return [];
  return columns.sent.flatMap((column) =>
    column.lookupKey !== undefined && 'index' in column
      ? [{ id: keyId, name: key, cell: { index: column.index, convert: column.lookupKey } }]
      : [],
  );
}

/** Of the columns that aren't sent. What a result file has before the row's own columns is none of the input's. */
function unsentCells({ scan, columns }: CheckedSource): NamedCell[] {
  const sent = new Set(columns.sent.flatMap((column) => ('index' in column ? [column.index] : [])));
  return scan.columns.flatMap((name, index) =>
    sent.has(index) || name.trim() === '' || isOwnColumn(name)
      ? []
      : [{ id: keyOf(name), name, cell: { index } }],
  );
}

/** A column may have the name of a field that another one is sent as. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let nth = 1; taken.has(keyOf(free)); nth++) free = `source__${name}${nth === 1 ? '' : `_${nth}`}`;
  taken.add(keyOf(free));
  return free;
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}
