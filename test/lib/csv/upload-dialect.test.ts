import { createReadStream } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteCsv } from '../../../src/lib/csv/transform.js';
import { uploadDialect } from '../../../src/lib/csv/upload-dialect.js';
import { csvText, runs } from './csv-text.ts';
import { gather } from './gather.ts';
import { fileOf, scanBytes, scanFile } from './scanned.ts';

async function dialectOf(text: string, delimiter?: string) {
  const { columnDelimiter, lineEnding, rewrite } = uploadDialect((await scanBytes(text, { delimiter })).scan);
  return {
    columnDelimiter,
    lineEnding,
    rewrite: rewrite && { ...rewrite.to, quoted: rewrite.rewriteQuotedLineEndings },
  };
}

describe('uploadDialect', () => {
  it.each([
    ['A,B\n1,2\n', 'COMMA', 'LF'],
    ['A;B\r\n1;2\r\n', 'SEMICOLON', 'CRLF'],
    ['A\tB\n1\t"x\ny"\n', 'TAB', 'LF'],
    ['A|B\r\n1|"x\r\ny"\r\n\r\n', 'PIPE', 'CRLF'],
    ['A\n1', 'COMMA', 'LF'],
  ])('sends %j as it is', async (text, columnDelimiter, lineEnding) => {
    expect(await dialectOf(text)).toEqual({ columnDelimiter, lineEnding, rewrite: undefined });
  });

  it('makes a delimiter that the service does not know a comma', async () => {
    const rewrite = { delimiter: ',', lineEnding: 'LF', quoted: false };
    expect(await dialectOf('A:B\n1:2\n', ':')).toEqual({
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
      rewrite,
    });
  });

  it.each([
    ['different ones between records to LF', 'A,B\r\n1,2\n3,4\r\n', 'LF', false],
    ['those between records to the one in values: CRLF', 'A,B\n1,"x\r\ny"\n', 'CRLF', false],
    ['those between records to the one in values: LF', 'A,B\r\n1,"x\ny"\r\n', 'LF', false],
    ['different ones in values to that of the records', 'A,B\r\n"x\ny","x\r\ny"\r\n', 'CRLF', true],
    ['a blank line to none', 'A,B\n1,2\n\n3,4\n', 'LF', false],
  ])('rewrites line endings: %s', async (_, text, lineEnding, quoted) => {
    const rewrite = { delimiter: ',', lineEnding, quoted };
    expect(await dialectOf(text)).toEqual({ columnDelimiter: 'COMMA', lineEnding, rewrite });
  });

  it('gives bytes that need no more rewriting, with the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(csvText({ hasBlankLines: true }), async (csv) => {
        const path = await fileOf(csv.text);
        const { scan, rows } = await scanFile(path, { delimiter: csv.delimiter });
        const { rewrite } = uploadDialect(scan);
        if (rewrite === undefined) return;
        const output = Buffer.concat(await gather(rewriteCsv(createReadStream(path), rewrite)));
        const again = await scanBytes(output, { delimiter: rewrite.to.delimiter });
        expect(uploadDialect(again.scan).rewrite).toBeUndefined();
        const newlines = (row: readonly string[]) => row.map((value) => value.replaceAll(/\r+\n/g, '\n'));
        expect(again.rows.map(newlines)).toEqual(rows.map(newlines));
      }),
      runs(150),
    );
  });
});
