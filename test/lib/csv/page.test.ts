import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvPage, type CsvPageSummary } from '../../../src/lib/csv/page.js';
import { chunksOf, csvText, runs } from './csv-text.ts';
import { parseByOracle } from './oracle.ts';

type Page = CsvPageSummary & { readonly output: string };

function readPage(bytes: string | Buffer, chunkLength: number, skipHeader = true): Page {
  const page = new CsvPage({ skipHeader });
  const output = [...chunksOf(Buffer.from(bytes), chunkLength)].map(
    (chunk) => page.push(chunk) ?? Buffer.alloc(0),
  );
  return { ...page.end(), output: Buffer.concat(output).toString() };
}

describe('CsvPage', () => {
  it('refuses a header that does not end, before it fills the memory', () => {
    const page = new CsvPage({ skipHeader: true });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const push = (): void => {
      for (let times = 0; times < 100; times += 1) page.push(chunk);
    };
    expect(push).toThrow('Its header is longer than 1 MB.');
  });

  it('counts the records that csv-parse finds and hands out exactly their bytes, whatever the chunks', () => {
    fc.assert(
      fc.property(csvText({ hasBlankLines: true }), fc.integer({ min: 1, max: 9 }), (csv, length) => {
        const page = readPage(csv.text, length);
        const [header = [], ...rows] = csv.rows;
        expect(page.rows).toBe(rows.length);
        expect(page.header.toString()).toBe(header.join(csv.delimiter));
        expect(page.output).toBe(
          csv.text.slice(page.header.length + (page.headerTerminator === undefined ? 0 : csv.newline.length)),
        );
        expect(parseByOracle(page.output, csv)).toEqual(rows);
        expect(page.isComplete).toBe(true);
        expect(page.endsWithNewline).toBe(csv.text.endsWith('\n'));
      }),
      runs(400),
    );
  });

  it('counts the same at every chunk length', () => {
    const text = '"Id","Na\r\nme"\r\n"1","a\n""b"""\r\n\r\n"2",""\r\n"3","\r"';
    for (let length = 1; length <= text.length; length++) {
      expect(readPage(text, length)).toMatchObject({
        rows: 3,
        header: Buffer.from('"Id","Na\r\nme"'),
        headerTerminator: 'CRLF',
        isComplete: true,
        endsWithNewline: false,
      });
    }
  });

  it('counts the same wherever in memory the bytes lie', () => {
    fc.assert(
      fc.property(csvText({ hasBlankLines: true }), fc.integer({ min: 0, max: 7 }), (csv, offset) => {
        const bytes = Buffer.from(Array(5).fill(csv.text).join(csv.newline));
        const memory = Buffer.alloc(offset + bytes.length);
        bytes.copy(memory, offset);
        const page = new CsvPage({ skipHeader: true });
        page.push(memory.subarray(offset));
        expect(page.end().rows).toBe(parseByOracle(bytes.toString(), csv).length - 1);
      }),
      runs(400),
    );
  });

  it('keeps the header in the output of the first page', () => {
    expect(readPage('Id\n1\n', 2, false)).toMatchObject({
      rows: 1,
      output: 'Id\n1\n',
      header: Buffer.from('Id'),
    });
  });

  it.each([
    [
      'a header alone',
      '"Id"\n',
      { rows: 0, isComplete: true, endsWithNewline: true, headerTerminator: 'LF' },
    ],
    ['a header without a line ending', '"Id"', { rows: 0, isComplete: true, headerTerminator: undefined }],
    ['nothing', '', { rows: 0, isComplete: true, endsWithNewline: false }],
    ['a page cut inside a value', '"Id"\n"1"\n"2', { rows: 2, isComplete: false }],
    ['a page cut inside its header', '"Id","Na', { rows: 0, isComplete: false }],
    [
      'a page cut after a line ending in a value',
      '"Id"\n"1\n',
      { isComplete: false, endsWithNewline: false },
    ],
  ])('understands %s', (_, text, summary) => {
    for (let length = 1; length <= text.length + 1; length++)
      expect(readPage(text, length)).toMatchObject(summary);
  });
});
