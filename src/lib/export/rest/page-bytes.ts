import { stringify } from 'csv-stringify/sync';
import { delimiterCharacters } from '../../api/types.js';
import type { ColumnTypes } from '../../describe/column-types.js';
import type { ExportPlan } from '../../run/record.js';
import { asBulkWrites } from './rest-types.js';

export type RestTable = {
  readonly plan: ExportPlan;
  readonly columns: readonly string[];
  /** Undefined where every value is to be text. */
  readonly types: ColumnTypes | undefined;
};

export type RestRow = readonly unknown[];

/** Rows as lines of JSON. Unlike CSV they keep the records of a subquery as what they are. */
export function jsonLines(rows: readonly RestRow[], { plan, columns, types }: RestTable): Buffer {
  const lines = rows.map((row) => {
    const values = row.map((value, index) =>
      types === undefined ? textOf(value) : asBulkWrites(value, types[index]),
    );
    const entries = columns.map((column, index): [string, unknown] => [column, values[index]]);
    return `${JSON.stringify(plan.nested === true ? nest(entries) : Object.fromEntries(entries))}\n`;
  });
  return Buffer.from(lines.join(''));
}

/** Rows as the CSV of a Bulk job's results; a cell of several records holds them as JSON. */
export function csvRows(rows: readonly RestRow[], { plan, types }: RestTable): Buffer {
  const cells = rows.map((row) => row.map((value, index) => textOf(asBulkWrites(value, types?.[index]))));
  return Buffer.from(
    stringify(cells, {
      quoted: true,
      quoted_empty: true,
      delimiter: delimiterCharacters[plan.columnDelimiter],
      record_delimiter: plan.lineEnding === 'CRLF' ? '\r\n' : '\n',
    }),
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `Account.Name` becomes `{"Account":{"Name":…}}`; a parent of which every value is null is null itself. */
function nest(entries: ReadonlyArray<readonly [string, unknown]>): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  const groups = new Map<string, Array<[string, unknown]>>();
  for (const [path, value] of entries) {
    const [name = '', ...rest] = path.split('.');
    if (rest.length === 0) {
      record[name] = value;
      continue;
    }
    record[name] ??= null;
    groups.set(name, [...(groups.get(name) ?? []), [rest.join('.'), value]]);
  }
  for (const [name, members] of groups) {
    if (members.some(([, value]) => value !== null && value !== '')) record[name] = nest(members);
  }
  return record;
}
