import { expect, test } from 'vitest';
import { cellText } from '../../../src/lib/csv/cells.js';
import { RecordTokenizer } from '../../../src/lib/csv/record-tokenizer.js';
import { CellColumn } from '../../../src/lib/output/cell-column.js';

test('cells come back as they were, however many, and again after the column was cleared', () => {
  const column = new CellColumn();
  for (const count of [5_000, 0, 3]) {
    const texts = Array.from({ length: count }, (_, index) => (index % 7 === 0 ? '' : `a "b" ${index}`));
    for (const text of texts) column.add(recordOf('first', text), 1);
    const read: string[] = [];
    column.forEach((record, index) => {
      expect(index).toBe(read.length);
      read.push(cellText(record, 0));
    });
    expect(read).toEqual(texts);
    column.clear();
  }
});

function recordOf(...texts: readonly string[]): RecordTokenizer {
  const bytes = Buffer.from(`${texts.map((text) => `"${text.replaceAll('"', '""')}"`).join()}\n`);
  const tokenizer = new RecordTokenizer(',');
  tokenizer.next(bytes, 0, { to: bytes.length, isEnd: true });
  return tokenizer;
}
