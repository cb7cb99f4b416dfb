import { parse } from 'csv-parse/sync';

export type OracleOptions = { readonly delimiter: string; readonly relax_column_count?: boolean };

/** What csv-parse makes of a text. Throws a CsvError where it finds it unsound. */
export function parseByOracle(text: string | Buffer, options: OracleOptions): string[][] {
  return parse(text, { record_delimiter: ['\r\n', '\n'], skip_empty_lines: true, ...options });
}
