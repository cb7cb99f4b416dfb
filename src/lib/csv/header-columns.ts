import { recordTexts } from './cells.js';
import { RecordTokenizer } from './record-tokenizer.js';

/** Names in a header line of query results. */
export function headerColumns(header: Buffer, delimiter: string): string[] {
  if (header.length === 0) return [];
  const tokenizer = new RecordTokenizer(delimiter);
  tokenizer.next(header, 0, { to: header.length, isEnd: true });
  return recordTexts(tokenizer);
}
