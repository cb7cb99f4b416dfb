import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LineEnding } from '../../../src/lib/api/types.js';
import { InputError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { parseByOracle } from './oracle.ts';
import { scanFile } from './scanned.ts';

type Expectation = {
  readonly options?: { readonly delimiter: string };
  readonly accepted?: {
    readonly rows: number;
    readonly columns: readonly string[];
    readonly delimiter: string;
    readonly lineEnding: LineEnding;
    readonly mixedLineEndings?: boolean;
    readonly quotedLf?: number;
    readonly quotedCrlf?: number;
    readonly blankLines?: number;
    readonly emptyRows?: number;
  };
  readonly refused?: ReadonlyArray<{
    readonly code: string;
    readonly row?: number;
    readonly column?: string;
  }>;
};

const folder = join(import.meta.dirname, '../../fixtures/csv');
const expectations = JSON.parse(readFileSync(join(folder, 'expectations.json'), 'utf8')) as Record<
  string,
  Expectation
>;
const accepted = Object.entries(expectations).flatMap(([name, { accepted: wanted, options }]) =>
  wanted === undefined ? [] : [{ name, options, wanted }],
);
const refused = Object.entries(expectations).flatMap(([name, { refused: wanted, options }]) =>
  wanted === undefined ? [] : [{ name, options, wanted }],
);

describe('the corpus of odd and malformed CSV files', () => {
  it('says of every file what must happen', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.csv'));
    expect(Object.keys(expectations).sort()).toEqual(files.sort());
    expect(accepted.length + refused.length).toBe(files.length);
  });

  it.each(accepted)('accepts $name', async ({ name, options, wanted }) => {
    const { scan, rows } = await scanFile(join(folder, name), options);
    expect({
      rows: scan.rows,
      columns: scan.columns,
      delimiter: scan.dialect.delimiter,
      lineEnding: scan.dialect.lineEnding,
      mixedLineEndings: scan.mixedLineEndings,
      quotedLf: scan.lineEndings.quotedLf,
      quotedCrlf: scan.lineEndings.quotedCrlf,
      blankLines: scan.blankLines,
      emptyRows: scan.emptyRows,
    }).toEqual({
      mixedLineEndings: false,
      quotedLf: 0,
      quotedCrlf: 0,
      blankLines: 0,
      emptyRows: 0,
      ...wanted,
    });
    const bytes = (await readFile(join(folder, name))).subarray(scan.dialect.headerStart);
    expect([scan.columns, ...rows]).toEqual(parseByOracle(bytes, { delimiter: wanted.delimiter }));
  });

  it.each(refused)('refuses $name', async ({ name, options, wanted }) => {
    const error = await failureOf<InputError>(scanFile(join(folder, name), options));
    expect(error).toBeInstanceOf(InputError);
    expect(error.problems.map(({ code, row, column }) => ({ code, row, column }))).toEqual(
      wanted.map((problem) => ({ row: undefined, column: undefined, ...problem })),
    );
    expect(error.problems.every(({ file, message }) => file === 'input.csv' && /[.]$/.test(message))).toBe(
      true,
    );
  });
});
