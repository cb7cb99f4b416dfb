import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isUtf8Name, transcodeToUtf8 } from '../../../src/lib/csv/transcode.js';
import { UsageError } from '../../../src/lib/errors.js';
import { chunksOf } from './csv-text.ts';
import { gather } from './gather.ts';

async function transcode(bytes: Buffer, encoding: string, chunkLength = 1): Promise<string> {
  const input = Readable.from(chunksOf(bytes, chunkLength));
  return Buffer.concat(await gather(transcodeToUtf8(input, encoding))).toString();
}

describe('transcodeToUtf8', () => {
  const text = 'Name,Größe\r\n株式会社,🐝\r\n';

  it.each([1, 2, 3, 5, 1000])(
    'reads UTF-16 of either order in chunks of %i bytes, without its mark',
    async (length) => {
      const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
      expect(await transcode(bytes, 'utf-16le', length)).toBe(text);
      expect(await transcode(bytes.swap16(), 'utf-16be', length)).toBe(text);
    },
  );

  it.each(['windows-1252', 'Windows-1252', 'cp1252', 'latin1', 'ISO-8859-1', 'ansi'])(
    'reads quotes, dashes and the euro sign from %s',
    async (name) => {
      const bytes = Buffer.from([0x80, 0x93, 0x41, 0x94, 0x96, 0x9f, 0xe9, 0xff, 0x81]);
      expect(await transcode(bytes, name)).toBe('€“A”–Ÿéÿ\u0081');
    },
  );

  it('lets the mark tell the order of the bytes in UTF-16', async () => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(await transcode(bytes, 'UTF-16', 100)).toBe(text);
    expect(await transcode(bytes.swap16(), 'UTF-16', 100)).toBe(text);
  });

  it('reads other encodings that the standard names', async () => {
    expect(await transcode(Buffer.from([0x83, 0x65, 0x83, 0x58]), 'shift_jis')).toBe('テス');
  });

  it.each([
    ['cp932', [0x83, 0x65, 0x83, 0x58], 'テス'],
    ['sjis', [0x83, 0x65], 'テ'],
    ['Windows-932', [0x83, 0x65], 'テ'],
    ['cp850', [0x84, 0x9b, 0xd5, 0xff], 'äøı\u00a0'],
    ['ibm850', [0x81], 'ü'],
    ['858', [0xd5], '€'],
    ['cp437', [0x81, 0xe1], 'üß'],
    ['cp1250', [0xb9], 'ą'],
    ['cp1251', [0xc4], 'Д'],
    ['cp936', [0xc4, 0xe3], '你'],
    ['cp949', [0xb0, 0xa1], '가'],
    ['cp65001', [0xc3, 0xa9], 'é'],
  ])('takes the name %s', async (name, bytes, text) => {
    expect(await transcode(Buffer.from(bytes), name)).toBe(text);
  });

  it('refuses bytes that are not in the encoding', async () => {
    await expect(transcode(Buffer.from([0x41]), 'utf-16le')).rejects.toThrow('not text in utf-16le');
    await expect(transcode(Buffer.from([0x41, 0xff]), 'utf-8')).rejects.toThrow(UsageError);
  });

  it('refuses an encoding it does not know', async () => {
    await expect(transcode(Buffer.from('a'), 'klingon')).rejects.toThrow(
      'The encoding "klingon" is not known.',
    );
  });
});

describe('isUtf8Name', () => {
  it('knows the names of UTF-8', () => {
    expect(['utf8', 'UTF-8', 'latin1', 'utf-16le'].map(isUtf8Name)).toEqual([true, true, false, false]);
    expect(() => isUtf8Name('klingon')).toThrow(UsageError);
  });
});
