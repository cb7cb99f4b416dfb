import { createHash } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { cellText, isCellEmpty } from '../../../src/lib/csv/cells.js';
import { readCsvHead, scanCsv } from '../../../src/lib/csv/scan.js';
import { csvText, runs } from './csv-text.ts';
import { parseByOracle } from './oracle.ts';
import { fileOf, refusalOf, scanBytes, scanFile } from './scanned.ts';

describe('scanCsv', () => {
  it('finds the rows that csv-parse finds, and cuts them into parts that hold exactly them', async () => {
    const path = await fileOf('');
    const limits = fc.record({
      chunkBytes: fc.integer({ min: 1, max: 12 }),
      maxPartBytes: fc.constantFrom(1, 8, 30, Infinity),
      maxPartRows: fc.constantFrom(1, 2, 3, Infinity),
    });
    await fc.assert(
      fc.asyncProperty(
        csvText({ hasBlankLines: true }),
        limits,
        async (csv, { chunkBytes, maxPartRows, ...rest }) => {
          const bytes = Buffer.from(csv.text);
          const widest = Math.max(0, ...csv.rows.map((row) => row.join(',').length * 4 + 20));
          const maxPartBytes = Math.max(rest.maxPartBytes, widest);
          const sampleBytes = csv.rows[0]?.join(',').length ?? 0;
          await writeFile(path, bytes);
          const { scan, rows } = await scanFile(path, {
            ...{ chunkBytes, maxPartBytes, maxPartRows, sampleBytes, delimiter: csv.delimiter },
          });
          expect([scan.columns, ...rows]).toEqual(csv.rows);
          expect(scan.rows).toBe(rows.length);
          expect(scan.bytes).toBe(bytes.length);
          let firstRow = 1;
          for (const part of scan.parts) {
            const partBytes = bytes.subarray(part.start, part.end);
            const partRows = parseByOracle(partBytes, csv);
            expect(partRows).toEqual(rows.slice(firstRow - 1, firstRow - 1 + part.rows));
            expect(part.firstRow).toBe(firstRow);
            expect(part.rows).toBeLessThanOrEqual(maxPartRows);
            expect(partBytes.length).toBeLessThanOrEqual(maxPartBytes);
            expect(part.sha256).toBe(createHash('sha256').update(partBytes).digest('hex'));
            expect(part.endsWithNewline).toBe(partBytes.at(-1) === 0x0a);
            firstRow += part.rows;
          }
          expect(firstRow - 1).toBe(scan.rows);
        },
      ),
      runs(70),
    );
  });

  it('finds the same problems at every chunk length', async () => {
    const bytes = Buffer.from('N,T\n\0,"a\nb"\n5",x\nq\nr,"s"t\nu,\u20acé\0\nv,"w');
    const whole = (await refusalOf(bytes, { delimiter: ',' })).problems;
    expect(whole.map(({ code, row }) => [code, row])).toEqual([
      ['NUL_BYTE', 1],
      ['UNESCAPED_QUOTE', 2],
      ['COLUMN_COUNT', 3],
      ['TEXT_AFTER_QUOTE', 4],
      ['NUL_BYTE', 5],
      ['UNTERMINATED_QUOTE', 6],
    ]);
    for (let chunkBytes = 1; chunkBytes < bytes.length; chunkBytes++) {
      const error = await refusalOf(bytes, { delimiter: ',', chunkBytes, sampleBytes: 3 });
      expect(error.problems).toEqual(whole);
    }
  });

  it('finds an invalid byte and characters of several bytes at every chunk length', async () => {
    const sound = Buffer.from('Name\n€é🐝\n🐝🐝\n');
    const broken = Buffer.concat([sound, Buffer.from([0xf0, 0x9f, 0x90]), Buffer.from('x\n')]);
    for (let chunkBytes = 1; chunkBytes <= broken.length; chunkBytes++) {
      const options = { chunkBytes, sampleBytes: 4 };
      expect((await scanBytes(sound, options)).rows).toEqual([['€é🐝'], ['🐝🐝']]);
      expect((await refusalOf(broken, options)).problems).toMatchObject([{ code: 'INVALID_UTF8', row: 3 }]);
    }
  });

  it.each([
    [2, undefined, [1, 1, 1, 1, 1]],
    [3, undefined, [1, 1, 1, 1, 1]],
    [4, undefined, [2, 2, 1]],
    [9, undefined, [4, 1]],
    [10, undefined, [5]],
    [10, 3, [3, 2]],
    [undefined, 4, [4, 1]],
    [undefined, undefined, [5]],
  ])('fills parts up to %s bytes and %s rows, not beyond', async (maxPartBytes, maxPartRows, rows) => {
    const { scan } = await scanBytes('N\n1\n2\n3\n4\n5\n', { maxPartBytes, maxPartRows });
    expect(scan.parts.map((part) => part.rows)).toEqual(rows);
  });

  it('leaves blank lines at the end outside the last part, and its hash', async () => {
    const bytes = Buffer.from('N,T\n1,2\n\n3,4\n\r\n\n');
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes++) {
      const { scan } = await scanBytes(bytes, { chunkBytes, sampleBytes: 3 });
      expect(scan.parts).toMatchObject([{ start: 4, end: 13, rows: 2, endsWithNewline: true }]);
      expect(scan.parts[0]?.sha256).toBe(createHash('sha256').update('1,2\n\n3,4\n').digest('hex'));
      expect(scan.blankLines).toBe(1);
    }
  });

  it('says where the data starts, with mark, preamble and header in front of it', async () => {
    const { scan } = await scanBytes('\ufeffsep=;\r\n"Name";Type\r\nAcme;x\r\n');
    expect(scan.header.toString()).toBe('"Name";Type');
    expect(scan.dataStart).toBe(3 + 7 + 13);
    expect(scan.parts[0]?.start).toBe(scan.dataStart);
  });

  it('names the line of the file once it differs from the row', async () => {
    const { problems } = await refusalOf('N,T\n"a\n\nb",x\n\ny\n');
    expect(problems[0]).toMatchObject({
      row: 2,
      message: '1 value where the header has 2 (line 6 of the file).',
    });
  });

  it('shows the sound rows only to the visitor', async () => {
    const path = await fileOf('N,T\na,b\nc\nd,e\n');
    const seen: string[] = [];
    const visit = (columns: readonly string[]) => {
      expect(columns).toEqual(['N', 'T']);
      return (record: Parameters<typeof cellText>[0], row: number) => {
        seen.push(`${row} ${cellText(record, 0)} ${isCellEmpty(record, 1)}`);
      };
    };
    await expect(scanCsv({ path, name: 'f' }, { visit })).rejects.toThrow('row 2');
    expect(seen).toEqual(['1 a false', '3 d false']);
  });

  it.each(['Name', 'Name,Phone'])('tells the mark of an end of file from a short row: %s', async (header) => {
    const row = header.replaceAll(/\w+/g, 'a');
    const { problems } = await refusalOf(`${header}\n${row}\n\u001A`);
    expect(problems).toMatchObject([{ code: 'END_OF_FILE_MARK', row: 2 }]);
  });

  it('stops after as many problems as were asked for, and says so', async () => {
    const error = await refusalOf(`N,T\n${'x\n'.repeat(50)}`, { maxProblems: 7 });
    expect(error.problems).toHaveLength(7);
    expect(error.actions.at(-1)).toBe('Reading stopped after 7 problems; there may be more.');
  });

  it('suggests windows-1252 for bytes that are not UTF-8, and names the character', async () => {
    const error = await refusalOf(Buffer.from('Name\nCafé\n', 'latin1'));
    expect(error.message).toContain(
      'The byte 0xE9 (byte 4 of the record) is not UTF-8; in Windows-1252 it is é.',
    );
    expect(error.actions.join()).toContain('--encoding windows-1252');
  });

  it('tells how the value with odd bytes reads in each encoding that may be meant', async () => {
    const error = await refusalOf(Buffer.from('Name,Phone\nabc,2\n"M\x81ller",1\n', 'latin1'));
    expect(error.actions.join()).toContain('--encoding cp850 ("Müller"), --encoding cp437 ("Müller")');
    expect(error.actions.join()).not.toContain('windows-1252');
  });

  it('tells progress up to the size of the file', async () => {
    const onProgress = vi.fn();
    await scanFile(await fileOf('N\n1\n'), { onProgress });
    expect(onProgress.mock.calls).toEqual([[4]]);
  });

  it('stops when its signal is aborted', async () => {
    const path = await fileOf('N\n1\n');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(scanCsv({ path, name: 'f' }, { signal })).rejects.toThrow('enough');
  });

  it('refuses a file that is cut off while it is read', async () => {
    const path = await fileOf(`N\n${'1\n'.repeat(1000)}`);
    const visit = () => () => truncateSync(path, 0);
    await expect(
      scanCsv({ path, name: 'f' }, { visit, chunkBytes: 100, sampleBytes: 10 }),
    ).rejects.toMatchObject({
      problems: [{ code: 'FILE_CHANGED', file: 'f' }],
    });
  });
});

describe('the limits of the service', () => {
  const long = (length: number): string => 'x'.repeat(length);

  it('takes a value of 131,072 characters and refuses one more', async () => {
    expect((await scanBytes(`N,T\n${long(131_072)},b\n`)).scan.rows).toBe(1);
    const { problems } = await refusalOf(`N,T\na,b\nc,${long(131_073)}\n`);
    expect(problems).toMatchObject([{ code: 'VALUE_TOO_LONG', row: 2, column: 'T' }]);
  });

  it('counts characters, not bytes or quotes', async () => {
    const value = `"${'€'.repeat(100_000)}${'""'.repeat(31_072)}"`;
    expect((await scanBytes(`N,T\n${value},b\n`)).scan.rows).toBe(1);
  });

  it('refuses a record of more than 400,000 characters', async () => {
    const sound = [100_000, 100_000, 100_000, 99_997].map(long).join(',');
    expect((await scanBytes(`A,B,C,D\n${sound}\n`)).scan.rows).toBe(1);
    const { problems } = await refusalOf(`A,B,C,D\n${sound}x\n`);
    expect(problems).toMatchObject([{ code: 'RECORD_TOO_LONG', row: 1 }]);
  });

  it('gives up on a quote that is not closed within what a record can hold', async () => {
    const { problems } = await refusalOf(`N,T\na,"b\n${'long text\n'.repeat(400_000)}`);
    expect(problems).toMatchObject([{ code: 'UNTERMINATED_QUOTE', row: 1, column: 'T' }]);
  });

  it('refuses more than 5,000 columns', async () => {
    const header = Array.from({ length: 5001 }, (_, index) => `F${index}`).join(',');
    expect((await refusalOf(`${header}\n`)).problems).toMatchObject([{ code: 'TOO_MANY_COLUMNS', row: 0 }]);
  });

  it('refuses a header of more than 32,000 characters', async () => {
    expect((await scanBytes(`${long(31_998)},b\n`)).scan.columns).toHaveLength(2);
    const { problems } = await refusalOf(`${long(31_999)},b\n`);
    expect(problems).toMatchObject([{ code: 'HEADER_TOO_LONG', row: 0 }]);
  });

  it('refuses a header that does not end', async () => {
    const { problems } = await refusalOf(`"N,T\n${'a,b\n'.repeat(300_000)}`);
    expect(problems).toMatchObject([{ code: 'HEADER_TOO_LONG', row: 0 }]);
  });

  it('refuses a row that no part has room for', async () => {
    const { problems } = await refusalOf(`N\n1\n${long(100)}\n`, { maxPartBytes: 50 });
    expect(problems).toMatchObject([{ code: 'RECORD_TOO_LONG_FOR_PART', row: 2 }]);
  });
});

describe('readCsvHead', () => {
  it('reads dialect and header, and no rows', async () => {
    const path = await fileOf(`Name;Type\r\n${'broken\r\n'.repeat(200_000)}`);
    const head = await readCsvHead({ path, name: 'f' });
    expect(head).toMatchObject({
      columns: ['Name', 'Type'],
      dataStart: 11,
      dialect: { delimiter: ';', lineEnding: 'CRLF' },
    });
  });

  it('refuses a header without names', async () => {
    const path = await fileOf('Name,,\n');
    await expect(readCsvHead({ path, name: 'f' })).rejects.toThrow('Column 2 of 3 has no name.');
  });
});
