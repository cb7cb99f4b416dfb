import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLineEnding } from '../../../src/lib/csv/line-endings.js';
import { rewriteCsv } from '../../../src/lib/csv/rewrite.js';
import { csvText, runs } from './csv-text.ts';
import { fileOf, scanBytes, scanFile } from './scanned.ts';

const ready = { isUniform: true, hasForeignInQuotes: false };

describe('chooseLineEnding', () => {
  it.each([
    ['LF throughout', 'A,B\n1,"x\ny"\n', { lineEnding: 'LF', ...ready }],
    ['CRLF throughout', 'A,B\r\n1,"x\r\ny"\r\n', { lineEnding: 'CRLF', ...ready }],
    ['none', 'A', { lineEnding: 'LF', ...ready }],
    [
      'both between records',
      'A,B\r\n1,2\n3,4\r\n',
      { lineEnding: 'LF', isUniform: false, hasForeignInQuotes: false },
    ],
    [
      'CRLF in values only',
      'A,B\n1,"x\r\ny"\n',
      { lineEnding: 'CRLF', isUniform: false, hasForeignInQuotes: false },
    ],
    [
      'LF in values only',
      'A,B\r\n1,"x\ny"\r\n',
      { lineEnding: 'LF', isUniform: false, hasForeignInQuotes: false },
    ],
    [
      'both in values',
      'A,B\r\n"x\ny","x\r\ny"\r\n',
      { lineEnding: 'CRLF', isUniform: true, hasForeignInQuotes: true },
    ],
    ['a lone CR in a value', 'A,B\n1,"x\ry"\n', { lineEnding: 'LF', ...ready }],
  ])('changes the fewest values where there is %s', async (_, text, choice) => {
    expect(chooseLineEnding((await scanBytes(text)).scan.lineEndings)).toEqual(choice);
  });

  it('gives, with rewriteCsv, files that have one line ending only, and the same rows', async () => {
    const [path, rewrittenPath] = [await fileOf(''), await fileOf('')];
    await fc.assert(
      fc.asyncProperty(csvText({ hasBlankLines: true }), async (csv) => {
        await writeFile(path, csv.text);
        const { scan, rows } = await scanFile(path, { delimiter: csv.delimiter });
        const { lineEnding, hasForeignInQuotes } = chooseLineEnding(scan.lineEndings);
        const to = { delimiter: csv.delimiter, lineEnding };
        const options = { from: scan.dialect, to, rewriteQuotedLineEndings: hasForeignInQuotes };
        await writeFile(rewrittenPath, rewriteCsv(createReadStream(path), options));
        const again = await scanFile(rewrittenPath, { delimiter: csv.delimiter });
        expect(chooseLineEnding(again.scan.lineEndings)).toEqual({ lineEnding, ...ready });
        expect(again.scan.blankLines).toBe(0);
        if (!hasForeignInQuotes) expect(again.rows).toEqual(rows);
        const newlines = (row: readonly string[]): string[] =>
          row.map((value) => value.replaceAll(/\r+\n/g, '\n'));
        expect(again.rows.map(newlines)).toEqual(rows.map(newlines));
      }),
      runs(40),
    );
  });
});
