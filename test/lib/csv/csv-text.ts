import fc from 'fast-check';
import { examples } from '../../support/sampled.ts';

/** A CSV file in the making, with all that a writer is free to choose. */
export type CsvText = {
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly delimiter: string;
  readonly newline: '\n' | '\r\n';
  readonly text: string;
};

export const delimiters = [',', ';', '\t', '|', '^', '`', ':', '#', '~', ' '] as const;

/** Parameters of a property that is tried on the same examples in every run. */
export function runs(numRuns: number): { readonly numRuns: number; readonly seed: number } {
  return { ...examples(numRuns), seed: 20_250_101 };
}

/** Sound CSV: a header of distinct names and up to eight rows, quoted where needed and now and then elsewhere. */
export function csvText({ hasBlankLines = false }: { hasBlankLines?: boolean } = {}): fc.Arbitrary<CsvText> {
  return fc
    .record({
      columns: fc.integer({ min: 1, max: 5 }),
      delimiter: fc.constantFrom(...delimiters),
      newline: fc.constantFrom('\n' as const, '\r\n' as const),
      endsWithNewline: fc.boolean(),
    })
    .chain(({ columns, delimiter, newline, endsWithNewline }) => {
      const row = fc.array(cell(delimiter), { minLength: columns, maxLength: columns });
      const gap = hasBlankLines && columns > 1 ? fc.nat({ max: 2 }) : fc.constant(0);
      return fc.tuple(fc.array(fc.tuple(row, gap), { maxLength: 8 }), gap).map(([body, lastGap]) => {
        const header = Array.from({ length: columns }, (_, index) => `Name${index}`);
        const lines = [header.join(delimiter)];
        for (const [cells, blankLines] of body) {
          lines.push(...Array.from({ length: blankLines }, () => ''), lineOf(cells, delimiter));
        }
        lines.push(...Array.from({ length: lastGap }, () => ''));
        const rows = [header, ...body.map(([cells]) => cells.map(({ value }) => value))];
        return { rows, delimiter, newline, text: lines.join(newline) + (endsWithNewline ? newline : '') };
      });
    });
}

type Cell = { readonly value: string; readonly isQuoted: boolean };

function cell(delimiter: string): fc.Arbitrary<Cell> {
  const unit = fc.constantFrom(
    'a',
    'B',
    '7',
    ' ',
    delimiter,
    ',',
    ';',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    'é',
    '€',
    '🐝',
    '\ufeff',
  );
  return fc.record({ value: fc.string({ unit, maxLength: 6 }), isQuoted: fc.boolean() });
}

function lineOf(cells: readonly Cell[], delimiter: string): string {
  const line = cells.map(({ value, isQuoted }) => {
    const needsQuotes = isQuoted || value.includes(delimiter) || /["\r\n]/.test(value);
    return needsQuotes ? `"${value.replaceAll('"', '""')}"` : value;
  });
  return line.length === 1 && line[0] === '' ? '""' : line.join(delimiter);
}

/** The bytes cut into chunks of one length. */
export function* chunksOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
