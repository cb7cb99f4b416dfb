import { parquetSchema } from 'hyparquet';
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { decimalReader, isDecimal, keepsDecimalMark } from './parquet-decimals.js';
import {
  localTimeReader,
  singleReader,
  timeOfDayReader,
  timeUnit,
  type ZoneOptions,
} from './parquet-numbers.js';

/** Gives what a value of a column is to a cell. */
export type ReadValue = (value: unknown) => unknown;

/** How the columns of a file are read. */
export type ParquetColumns = {
  /**
   * The file's metadata without the marks of those columns that hyparquet reads wrongly or not at all, so that it hands out
   * what is in the file: numbers.
   */
  readonly metadata: FileMetaData;
  /** By the names of the top-level columns; of those that aren't there, values are what hyparquet makes of them. */
  readonly readers: ReadonlyMap<string, ReadValue>;
};

/**
 * Chooses what reads each column, those of parent records included.
 * @param zone of times without one
 */
export function parquetColumns(marked: FileMetaData, zone: ZoneOptions): ParquetColumns {
  const unmarked = new Set<SchemaElement>();
  const readerOf = (tree: SchemaTree, prefix: string): ReadValue | undefined => {
    const { element, children } = tree;
    if (element.repetition_type === 'REPEATED') return undefined;
    if (children.length === 0) {
      const read = leafReader(element, prefix + element.name, zone);
      if (read !== undefined && !(isDecimal(element) && keepsDecimalMark(element))) unmarked.add(element);
      return read;
    }
    if (element.converted_type !== undefined || element.logical_type !== undefined) return undefined;
    return memberReader(
      children.map((child) => [child.element.name, readerOf(child, `${prefix}${element.name}.`)]),
    );
  };
  const readers = new Map<string, ReadValue>();
  for (const tree of parquetSchema(marked).children) {
    const read = readerOf(tree, '');
    if (read !== undefined) readers.set(tree.element.name, read);
  }
  const schema = marked.schema.map((element) =>
    unmarked.has(element) ? { ...element, converted_type: undefined, logical_type: undefined } : element,
  );
  return { metadata: { ...marked, schema }, readers };
}

function leafReader(element: SchemaElement, column: string, zone: ZoneOptions): ReadValue | undefined {
  const { type, logical_type: logical } = element;
  if (isDecimal(element)) return decimalReader(element);
  if (logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC)
    return localTimeReader(logical.unit, column, zone);
  const unit = timeUnit(element);
  if (unit !== undefined) return timeOfDayReader(unit);
  return type === 'FLOAT' ? singleReader : undefined;
}

/** Of a parent record; undefined where none of its members needs a reader. */
function memberReader(
  members: ReadonlyArray<readonly [string, ReadValue | undefined]>,
): ReadValue | undefined {
  const read = members.filter((member): member is [string, ReadValue] => member[1] !== undefined);
  if (read.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const record: Record<string, unknown> = { ...value };
    for (const [name, readMember] of read) if (name in record) record[name] = readMember(record[name]);
    return record;
  };
}
