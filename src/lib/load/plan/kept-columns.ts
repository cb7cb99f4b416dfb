import type { LoadPlan } from '../../run/record.js';
import type { CheckedSource } from './first-pass.js';
import { isOwnColumn } from './own-columns.js';

/** The columns of the inputs that are not sent, and are kept for the result files. */
export type KeptColumns = {
  /** As they are called in the result files, where each name is there once. */
  readonly names: readonly string[];
  /** Of one source, the index of the cell of each; -1 where it has no such column. */
  readonly cellsOf: (source: CheckedSource) => readonly number[];
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
    for (const [name] of unsentOf(source)) unsent.set(keyOf(name), unsent.get(keyOf(name)) ?? name);
  const taken = new Set(columns.map(keyOf));
  const names = [...unsent.values()].map((name) => freeName(name, taken));
  const keys = [...unsent.keys()];
  return {
    names,
    cellsOf(source) {
      const cells = new Map(unsentOf(source).map(([name, index]) => [keyOf(name), index]));
      return keys.map((key) => cells.get(key) ?? -1);
    },
  };
}

type NamedCell = readonly [name: string, index: number];

/** The key that a row's record is found by, under the name of its field: a retry finds it by that. */
function keyOfRow({ columns }: CheckedSource, key: string | undefined): NamedCell[] {
  if (key === undefined) return [];
  return columns.sent.flatMap((column) =>
    column.isLookup === true && 'index' in column ? [[key, column.index] as const] : [],
  );
}

/** Of the columns that aren't sent. What a result file has before the row's own columns is none of the input's. */
function unsentCells({ scan, columns }: CheckedSource): NamedCell[] {
  const sent = new Set(columns.sent.flatMap((column) => ('index' in column ? [column.index] : [])));
  return scan.columns.flatMap((name, index) =>
    sent.has(index) || name.trim() === '' || isOwnColumn(name) ? [] : [[name, index] as const],
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
