import { stringify } from 'csv-stringify/sync';
import { delimiterCharacters } from '../api/types.js';
import type { ColumnKind, ColumnTypes } from '../describe/column-types.js';
import type { ExportPlan } from '../run/export-plan.js';
import type { ResultWriter } from '../output/writer.js';

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

/**
 * Completes the kinds that describes know: aggregates are in none, and what they answered in the first records tells
 * whether they are numbers.
 */
export function kindsFromValues(
  known: ColumnTypes,
  columns: readonly string[],
  rows: ReadonlyArray<readonly unknown[]>,
): ColumnTypes {
  return columns.map((_, index) => {
    const kind = known[index] ?? 'string';
    return kind === 'string' ? kindOf(rows.map((row) => row[index])) : kind;
  });
}

function kindOf(values: readonly unknown[]): ColumnKind {
  const present = values.filter((value) => value !== null);
  if (present.length > 0 && present.every((value) => typeof value === 'number')) return 'double';
  return present.length > 0 && present.every((value) => typeof value === 'boolean') ? 'boolean' : 'string';
}

const restTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000$/;

/** Times as Bulk jobs write them: REST ends them with `+0000`, Bulk with `Z` (captures of both). */
export function asBulkWrites(value: unknown, kind: ColumnKind | undefined): unknown {
  return kind === 'datetime' && typeof value === 'string' ? value.replace(restTime, '$1Z') : value;
}

/** Takes records that are JSON already, each on a line of its own, and frames them as an array. */
export class JsonLinesWriter implements ResultWriter {
  readonly #isArray: boolean;
  /** What comes before the next byte. */
  #before = '[\n';

  constructor(format: 'json' | 'ndjson') {
    this.#isArray = format === 'json';
  }

  push(chunk: Buffer): Buffer {
    if (!this.#isArray || chunk.length === 0) return chunk;
    // Latin-1 keeps every byte, and no byte of JSON text but a line ending is 0x0a.
    const text = chunk.toString('latin1');
    const endsRecord = text.endsWith('\n');
    const records = endsRecord ? text.slice(0, -1) : text;
    const output = this.#before + records.replaceAll('\n', ',\n');
    this.#before = endsRecord ? ',\n' : '';
    return Buffer.from(output, 'latin1');
  }

  endPage(): Buffer {
    return Buffer.alloc(0);
  }

  end(): Buffer {
    if (!this.#isArray) return Buffer.alloc(0);
    return Buffer.from(this.#before === '[\n' ? '[]\n' : '\n]\n');
  }
}
