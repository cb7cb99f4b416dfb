import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteCsv, type RewriteOptions } from '../../../src/lib/csv/rewrite.js';
import { chunksOf, csvText, delimiters, runs } from './csv-text.ts';
import { gather } from '../../../src/lib/parallel.js';
import { parseByOracle } from './oracle.ts';

type Target = { bytes: Uint8Array; length: number };

const from = { delimiter: ',', headerStart: 0 };
const to = { delimiter: ',', lineEnding: 'LF' } as const;

async function rewrite(text: string, options: Partial<RewriteOptions>, chunkLength = 1000): Promise<string> {
  const input = Readable.from(chunksOf(Buffer.from(text), chunkLength));
  return Buffer.concat(await gather(rewriteCsv(input, { from, to, ...options }))).toString();
}

describe('rewriteCsv', () => {
  it('keeps every value in every other dialect, whatever the chunks', async () => {
    const target = fc.record({
      delimiter: fc.constantFrom(...delimiters),
      lineEnding: fc.constantFrom('LF' as const, 'CRLF' as const),
      chunkLength: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        csvText({ hasBlankLines: true }),
        target,
        async (csv, { delimiter, lineEnding, chunkLength }) => {
          const options = {
            from: { delimiter: csv.delimiter, headerStart: 0 },
            to: { delimiter, lineEnding },
          };
          const output = await rewrite(csv.text, options, chunkLength);
          expect(parseByOracle(output, { delimiter })).toEqual(csv.rows);
          const newline = lineEnding === 'CRLF' ? '\r\n' : '\n';
          const records = output.replaceAll(/"[^"]*"/g, '').split(newline);
          expect(records).toHaveLength(csv.rows.length + 1);
          expect(records.join('')).not.toContain('\n');
        },
      ),
      runs(400),
    );
  });

  it('writes the same with conversions of bytes as with those of text, and leaves the other cells alone', async () => {
    const convert = (text: string): string | undefined =>
      /^[a-zA-Z0-9]+$/.test(text) ? text.toUpperCase() : undefined;
    // Knows short values only.
    const convertBytes = (bytes: Uint8Array, start: number, end: number, target: Target): boolean => {
      const converted = convert(Buffer.from(bytes.subarray(start, end)).toString());
      if (end - start > 3 || converted === undefined) return false;
      target.bytes.set(Buffer.from(converted), target.length);
      target.length += converted.length;
      return true;
    };
    const which = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(csvText(), which, async (csv, isConverted) => {
        const [header = [], ...rows] = csv.rows;
        const [byText, byBytes] = await Promise.all(
          [{ convert }, { convert, convertBytes }].map((conversions) =>
            rewrite(csv.text, {
              from: { delimiter: csv.delimiter, headerStart: 0 },
              to: { delimiter: csv.delimiter, lineEnding: 'LF' },
              columns: header.map((name, index) => ({
                name,
                index,
                ...(isConverted[index] === true ? conversions : {}),
              })),
            }),
          ),
        );
        expect(byBytes).toBe(byText);
        const converted = rows.map((row) =>
          row.map((value, index) => (isConverted[index] === true ? (convert(value) ?? value) : value)),
        );
        expect(parseByOracle(byText ?? '', { delimiter: csv.delimiter })).toEqual([header, ...converted]);
      }),
      runs(400),
    );
  });

  it('drops, renames, repeats and adds columns, and never a row', async () => {
    const picks = fc.array(fc.oneof(fc.nat({ max: 4 }), fc.string({ minLength: 1 })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(csvText(), picks, async (csv, picked) => {
        const [header = [], ...rows] = csv.rows;
        const columns = picked.map((pick, at) => {
          const name = `New "${at}"`;
          return typeof pick === 'number' ? { name, index: pick % header.length } : { name, constant: pick };
        });
        const output = await rewrite(
          csv.text,
          { from: { delimiter: csv.delimiter, headerStart: 0 }, columns },
          5,
        );
        const cellOf = (row: readonly string[], column: (typeof columns)[number]) =>
          'index' in column ? row[column.index ?? 0] : column.constant;
        expect(parseByOracle(output, { delimiter: ',' })).toEqual([
          columns.map(({ name }) => name),
          ...rows.map((row) => columns.map((column) => cellOf(row, column))),
        ]);
      }),
      runs(300),
    );
  });

  it('writes #N/A for empty cells, quoted or not', async () => {
    const output = await rewrite('A,B,C\n,"",x\ny,,\n', { emptyAsNull: true });
    expect(output).toBe('A,B,C\n#N/A,#N/A,x\ny,#N/A,#N/A\n');
  });

  it('leaves the bytes of values as they were when only line endings between records change', async () => {
    const text = 'A,B\r\n"x","y\ny"\n z ,\r\n';
    expect(await rewrite(text, { to: { delimiter: ',', lineEnding: 'CRLF' } })).toBe(
      'A,B\r\n"x","y\ny"\r\n z ,\r\n',
    );
  });

  it('rewrites line endings inside values on request, and lone carriage returns never', async () => {
    const text = 'A,B\n"a\r\nb\nc\rd",1\n';
    const options = { rewriteQuotedLineEndings: true };
    expect(await rewrite(text, options)).toBe('A,B\n"a\nb\nc\rd",1\n');
    expect(await rewrite(text, { ...options, to: { delimiter: ',', lineEnding: 'CRLF' } })).toBe(
      'A,B\r\n"a\r\nb\r\nc\rd",1\r\n',
    );
  });

  it('begins at the header, however small the chunks', async () => {
    const options = { from: { delimiter: ';', headerStart: 10 } };
    expect(await rewrite('\ufeffsep=;\r\nA;B\r\n1;2,3\r\n', options, 1)).toBe('A,B\n1,"2,3"\n');
  });

  it('ends a last row that had no line ending, and drops blank lines', async () => {
    expect(await rewrite('A,B\n\n1,2\n\n3,4', {})).toBe('A,B\n1,2\n3,4\n');
  });

  it('passes values through that are longer than its chunks', async () => {
    const value = 'x'.repeat(300_000);
    const options = { from: { delimiter: ':', headerStart: 0 } };
    expect(await rewrite(`A:B\n${value}:1\n${value}:2\n`, options, 65_536)).toBe(
      `A,B\n${value},1\n${value},2\n`,
    );
  });

  it.each([
    ['a stray quote', 'A,B\n1,2\n3,4"\n', 'UNESCAPED_QUOTE', 2],
    ['a short record', 'A,B\n1\n', 'COLUMN_COUNT', 1],
    ['an open quote', 'A,B\n1,"2\n', 'UNTERMINATED_QUOTE', 1],
    ['a stray quote in the header', 'A,B"\n1,2\n', 'UNESCAPED_QUOTE', 0],
  ])('refuses %s', async (_, text, code, row) => {
    await expect(rewrite(text, { name: 'input.csv' }, 100_000)).rejects.toMatchObject({
      problems: [{ code, row, file: 'input.csv' }],
    });
  });

  it('gives up on a quote that is never closed, though the input never ends', async () => {
    function* endless(): Generator<Buffer> {
      yield Buffer.from('A,B\n1,"');
      for (;;) yield Buffer.from('x\n'.repeat(50_000));
    }
    const output = rewriteCsv(Readable.from(endless()), { from, to });
    await expect(gather(output)).rejects.toMatchObject({
      problems: [{ code: 'UNTERMINATED_QUOTE', row: 1 }],
    });
  });

  it('reads on only as its output is taken', async () => {
    let taken = 0;
    function* endless(): Generator<Buffer> {
      yield Buffer.from('A,B\n');
      for (;;) {
        taken++;
        yield Buffer.from('12345,67890\n'.repeat(5000));
      }
    }
    const output = rewriteCsv(Readable.from(endless()), { from, to });
    await output.next();
    await output.return();
    expect(taken).toBeLessThan(50);
  });
});
