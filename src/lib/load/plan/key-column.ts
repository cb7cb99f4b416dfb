import type { MappedColumn } from '../../mapping/mapping.js';
import type { HeaderProblem } from '../check/column.js';
import { headerProblem, wholeHeaderProblem } from '../check/column.js';
import type { CheckedColumn } from '../check/header.js';
import type { DescribeField } from '../../api/types.js';

/** The columns of an update that finds its records by a key: the key's column is to become `Id`. */
export type ColumnsByKey = {
  /** With `Id` as the name of the key's column. A column of ids is gone: the key decides. */
  readonly columns: readonly MappedColumn[];
  /** The place of the key's column among them; -1 where records are found by their ids. */
  readonly at: number;
  readonly problems: readonly HeaderProblem[];
  readonly warnings: readonly HeaderProblem[];
};

/** @param key the field that records are found by; undefined where that is `Id` */
export function columnsByKey(columns: readonly MappedColumn[], key: DescribeField | undefined): ColumnsByKey {
  if (key === undefined) return { columns, at: -1, problems: [], warnings: [] };
  const isKey = ({ name }: MappedColumn): boolean => isNamed(name, key.name);
  const ids = columns.filter(({ name }) => isNamed(name, 'Id'));
  const kept = columns.filter(({ name }) => !isNamed(name, 'Id'));
  const keys = kept.filter(isKey);
  const at = kept.findIndex(isKey);
  return {
    columns: kept.map((column, index) => (index === at ? { ...column, name: 'Id' } : column)),
    at,
    problems: [
      ...(keys.length === 0 ? [missing(key.name)] : []),
      ...(keys.length > 1 ? [twice(key.name)] : []),
      ...(keys.some((column) => !('index' in column)) ? [constant(key.name)] : []),
    ],
    warnings: ids.map(({ name }) => notSent(name, key.name)),
  };
}

/** What the values of the key's column are checked as: values of the key, not ids. */
export function asKey(column: CheckedColumn, at: number, key: DescribeField | undefined): CheckedColumn {
  return key === undefined || column.index !== at ? column : { ...column, name: key.name, field: key };
}

function isNamed(name: string, wanted: string): boolean {
  return name.trim().toLowerCase() === wanted.toLowerCase();
}

function missing(key: string): HeaderProblem {
  const message = `There is no column "${key}", by which records are found.`;
  return wholeHeaderProblem('EXTERNAL_ID_MISSING', message);
}

function twice(key: string): HeaderProblem {
  return headerProblem('DUPLICATE_COLUMN', key, `More than one column sets "${key}".`);
}

function constant(key: string): HeaderProblem {
  const message = `"${key}" has the same value in every row, and finds one record only.`;
  return headerProblem('EXTERNAL_ID_MISSING', key, message);
}

function notSent(name: string, key: string): HeaderProblem {
  const message = `Column "${name}" isn't sent: records are found by ${key}.`;
  return headerProblem('LEFT_OUT', name, message);
}
