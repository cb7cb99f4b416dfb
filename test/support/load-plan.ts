import { createHash } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadPlan, Part } from '../../src/lib/run/record.js';

export type LoadPlanOptions = {
  /** The rows of each part, each without its line ending. */
  readonly parts: ReadonlyArray<readonly string[]>;
  readonly plan?: Partial<LoadPlan>;
};

/** Writes `accounts.csv` into the folder, and plans an insert of it in these parts. */
export async function loadPlan(
  folder: string,
  { parts: rows, plan = {} }: LoadPlanOptions,
): Promise<LoadPlan> {
  const path = join(folder, 'accounts.csv');
  const header = 'Name,Site';
  let text = `${header}\n`;
  const parts = rows.map((partRows, index): Part => {
    const start = Buffer.byteLength(text);
    const bytes = Buffer.from(partRows.map((row) => `${row}\n`).join(''));
    text += bytes.toString();
    const segment = {
      source: 0,
      start,
      end: start + bytes.length,
      rows: partRows.length,
      firstRow: 1 + rows.slice(0, index).flat().length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      endsWithNewline: true,
    };
    return { index, segments: [segment], rows: partRows.length, bytes: bytes.length };
  });
  await writeFile(path, text);
  const { size, mtimeMs } = await stat(path);
  return {
    operation: 'insert',
    object: 'Account',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    header,
    columns: header.split(','),
    sources: [{ path, name: 'accounts.csv', bytes: size, mtimeMs, spooled: false }],
    parts,
    rows: rows.flat().length,
    concurrency: 4,
    resultsDir: folder,
    ...plan,
  };
}
