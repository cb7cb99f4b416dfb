import type { SchemaElement } from 'hyparquet';

import type { ColumnKind, ColumnTypes } from '../describe/column-types.js';

const elementsByKind: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  string: { type: 'BYTE_ARRAY', logical_type: { type: 'STRING' } },
  boolean: { type: 'BOOLEAN' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  datetime: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

/** A flat schema in which every column can be null; a relationship's column keeps its path as its name. */
export function parquetSchema(columns: readonly string[], types: ColumnTypes | undefined): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map((name, index) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...elementsByKind[types?.[index] ?? 'string'],
    })),
  ];
}

/**
 * Adds the mark by which older readers tell text from bytes, once the values are written. While it is there,
 * hyparquet-writer encodes all the strings of a row group into arrays of their own before it writes the first, and
 * memory doubles.
 */
export function markTextForOlderReaders(schema: readonly SchemaElement[]): void {
  for (const element of schema) {
    if (element.logical_type?.type === 'STRING') element.converted_type = 'UTF8';
  }
}
