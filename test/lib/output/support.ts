import fc from 'fast-check';
import { expect } from 'vitest';

import { delimiterCharacters, type ColumnDelimiter, type LineEnding } from '../../../src/lib/api/types.js';
import { createResultWriter } from '../../../src/lib/output/create-result-writer.js';
import type { ResultFormat, ResultWriterOptions } from '../../../src/lib/output/writer.js';
import { anyText } from '../../support/any-text.ts';

/** Data rows as a query result page has them, with what they were made from. */
export type CsvSample = {
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly delimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  readonly bytes: Buffer;
};

const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\\', '/', ' ', '\0', '\u001f', 'é', '漢', '😀'),
  }),
  anyText,
  fc.constantFrom('', 'true', 'false', '9.9213206E7', '-0.5', '.5', '+1', '01', 'NaN', '1e5', '2025-11-25'),
);

/** Rows of any text, quoted where they must be and, at random, where they need not. */
export const csvSample: fc.Arbitrary<CsvSample> = fc
  .record({
    columnCount: fc.integer({ min: 1, max: 4 }),
    delimiter: fc.constantFrom<ColumnDelimiter>('COMMA', 'SEMICOLON', 'TAB', 'PIPE', 'CARET', 'BACKQUOTE'),
    lineEnding: fc.constantFrom<LineEnding>('LF', 'CRLF'),
    isQuoted: fc.boolean(),
  })
  .chain(({ columnCount, ...dialect }) =>
    fc
      .array(fc.array(cell, { minLength: columnCount, maxLength: columnCount }), { maxLength: 6 })
      .map((rows) => sampleOf(rows, { ...dialect, columnCount })),
  );

type Dialect = {
  readonly columnCount: number;
  readonly delimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  readonly isQuoted: boolean;
};

function sampleOf(rows: string[][], { columnCount, isQuoted, ...dialect }: Dialect): CsvSample {
  const delimiter = delimiterCharacters[dialect.delimiter];
  const newline = dialect.lineEnding === 'CRLF' ? '\r\n' : '\n';
  const text = rows
    .map(
      (row) =>
        row.map((value) => encode(value, delimiter, isQuoted || columnCount === 1)).join(delimiter) + newline,
    )
    .join('');
  return {
    columns: Array.from({ length: columnCount }, (_, index) => `Column ${index}`),
    rows: rows.map((row) => row.map((value) => value.toWellFormed())),
    ...dialect,
    bytes: Buffer.from(text),
  };
}

function encode(value: string, delimiter: string, isQuoted: boolean): string {
  const needsQuotes = /["\r\n]/.test(value) || value.includes(delimiter);
  return isQuoted || needsQuotes ? `"${value.replaceAll('"', '""')}"` : value;
}

/** What a writer makes of the rows, handed over in these chunks. */
export function write(format: ResultFormat, options: ResultWriterOptions, chunks: readonly Buffer[]): Buffer {
  const writer = createResultWriter(format, options);
  const output = chunks.map((chunk) => writer.push(chunk));
  return Buffer.concat([...output, writer.end()]);
}

/** Writes the rows cut in two, at every place there is, and byte by byte: what comes out must not change. */
export function expectSameAtEveryCut(format: ResultFormat, sample: CsvSample, whole: Buffer): void {
  for (const chunks of [...cutsInTwo(sample.bytes), singleBytes(sample.bytes)]) {
    if (!write(format, sample, chunks).equals(whole)) {
      expect.fail(
        `${format} differs when cut into ${chunks.map((chunk) => JSON.stringify(chunk.toString())).join(' ')}`,
      );
    }
  }
}

/** The bytes cut in two, at every place there is. */
export function* cutsInTwo(bytes: Buffer): Generator<readonly [Buffer, Buffer]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

/** The bytes one by one. */
export function singleBytes(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.from([byte]));
}

export async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
