import { DuckDBInstance } from '@duckdb/node-api';

/** What a statement has given: names and types of its columns, and its rows as plain values of JavaScript. */
export type DuckDbResult = {
  /** `VARCHAR`, `DOUBLE`, `TIMESTAMP WITH TIME ZONE`, … by column name. */
  readonly types: Readonly<Record<string, string>>;
  readonly rows: ReadonlyArray<Record<string, unknown>>;
};

/**
 * Runs SQL statements, one after another, in a DuckDB in memory.
 * @returns the result of the last one: BIGINT as bigint, dates and times as Date, other numbers as number
 */
export async function duckDb(...statements: readonly string[]): Promise<DuckDbResult> {
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  try {
    for (const statement of statements.slice(0, -1)) await connection.run(statement);
    const reader = await connection.runAndReadAll(statements.at(-1) ?? '');
    const types = reader.columnTypes().map(String);
    return {
      types: Object.fromEntries(reader.columnNames().map((name, index) => [name, types[index] ?? ''])),
      rows: reader.getRowObjectsJS(),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text, or a path, as SQL writes it. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
