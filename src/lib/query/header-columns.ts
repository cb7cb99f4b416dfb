import { parse } from 'csv-parse/sync';

/** Names in a header line of query results. */
export function headerColumns(header: Buffer, delimiter: string): string[] {
  const [columns] = parse(header, { delimiter }) as string[][];
  return columns ?? [];
}
