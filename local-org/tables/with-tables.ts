import { OrgError, type Database, type QueryOutcome, type QueryRequest, type Value } from '../contracts.ts';
import { tableValue, type GeneratedTable } from './generated-table.ts';

/** Queries that find generated rows: the data knows the tables' schema and holds none of their records. */
export function queryWithTables(
  database: Database,
  tables: ReadonlyMap<string, GeneratedTable>,
  request: QueryRequest,
): QueryOutcome {
  const outcome = database.query(request);
  const table = tables.get(outcome.object);
  return table === undefined ? outcome : fill(outcome, table, request);
}

function fill(
  outcome: QueryOutcome,
  table: GeneratedTable,
  { soql, apiVersion = '67.0' }: QueryRequest,
): QueryOutcome {
  if (/\bwhere\b|\border\s+by\b|\bgroup\s+by\b|\boffset\b/i.test(soql)) {
    const message = `${table.name} is a generated table: only fields, COUNT() and LIMIT can be asked of it`;
    throw new OrgError('MALFORMED_QUERY', message);
  }
  const size = Math.min(table.rows, Number(/\blimit\s+(\d+)/i.exec(soql)?.[1] ?? Infinity));
  if (outcome.count !== undefined) return { ...outcome, size, count: size };
  const slice = (start: number, end = size): Pick<QueryOutcome, 'rows' | 'records'> => ({
    rows: each(start, end, (row) => outcome.columns.map(({ path }) => tableValue(table, row, path))),
    records: each(start, end, (row) => toRecord(outcome, table, row, apiVersion)),
  });
  return { ...outcome, size, ...slice(0), slice };
}

function* each<T>(start: number, end: number, make: (row: number) => T): Generator<T> {
  for (let row = start; row < end; row++) yield make(row);
}

function toRecord(
  { columns }: QueryOutcome,
  table: GeneratedTable,
  row: number,
  apiVersion: string,
): Record<string, unknown> {
  const id = String(tableValue(table, row, 'Id'));
  const url = `/services/data/v${apiVersion}/sobjects/${table.name}/${id}`;
  const values = columns.map(({ path }): [string, Value] => [path, tableValue(table, row, path)]);
  return { attributes: { type: table.name, url }, ...Object.fromEntries(values) };
}
