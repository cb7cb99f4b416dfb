import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { recordTexts } from '../../../src/lib/csv/cells.js';
import { scanCsv, type CsvScan, type ScanOptions } from '../../../src/lib/csv/scan.js';
import type { InputError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export type Scanned = { readonly scan: CsvScan; readonly rows: string[][] };

/** Scans a file; gives the values of its rows too, as the visitor saw them. */
export async function scanFile(path: string, options: ScanOptions = {}): Promise<Scanned> {
  const rows: string[][] = [];
  const numbers: number[] = [];
  const scan = await scanCsv(
    { path, name: 'input.csv' },
    {
      ...options,
      visit: () => (record, row) => {
        rows.push(recordTexts(record));
        numbers.push(row);
      },
    },
  );
  expect(numbers).toEqual(rows.map((_, index) => index + 1));
  return { scan, rows };
}

/** Scans bytes as a file of their own. */
export async function scanBytes(bytes: string | Buffer, options: ScanOptions = {}): Promise<Scanned> {
  return scanFile(await fileOf(bytes), options);
}

/** What a scan of bytes is refused with. */
export async function refusalOf(bytes: string | Buffer, options: ScanOptions = {}): Promise<InputError> {
  return failureOf<InputError>(scanBytes(bytes, options));
}

export async function fileOf(bytes: string | Buffer): Promise<string> {
  const path = join(await tempFolder(), 'input.csv');
  await writeFile(path, bytes);
  return path;
}
