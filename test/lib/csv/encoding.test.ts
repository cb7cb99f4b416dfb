import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
  detectEncoding,
  isUtf8Name,
  tellsEncoding,
  transcodeToUtf8,
  firstInvalidUtf8,
  wholeCharactersEnd,
} from '../../../src/lib/csv/encoding.js';
import { Readable } from 'node:stream';
import { UsageError } from '../../../src/lib/errors.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { chunksOf, runs } from './csv-text.ts';
import { gather } from '../../../src/lib/parallel.js';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';

const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();

test.each([
  ['UTF-8', Buffer.from('Größe\n'), true],
  ['UTF-8 in many pieces', Buffer.from(`x${'ö'.repeat(100_000)}`), true],
  ['UTF-16 with a mark', Buffer.from('\ufeffGröße\n', 'utf16le'), true],
  ['Windows-1252', Buffer.from('Größe\n', 'latin1'), false],
  ['UTF-8 up to its last byte', Buffer.concat([Buffer.from('Größe'), Buffer.from([0xe4])]), false],
  ['ASCII, which many encodings have', Buffer.from('Name\n'), false],
])('whether a file of %s tells its encoding', async (_, bytes, expected) => {
  const path = join(await tempFolder(), 'a.csv');
  await writeFile(path, bytes);
  expect(await tellsEncoding(path)).toBe(expected);
});

describe('detectEncoding', () => {
  it.each([
    ['UTF-8', Buffer.from('Name,Größe\n'), 'utf-8', 0],
    ['UTF-8 with a mark', Buffer.from('\ufeffName\n'), 'utf-8', 3],
    ['UTF-8 with two marks', Buffer.from('\ufeff\ufeffName\n'), 'utf-8', 6],
    ['UTF-16LE with a mark', Buffer.from('\ufeffName\n', 'utf16le'), 'utf-16le', 2],
    ['UTF-16BE with a mark', utf16be('\ufeffName\n'), 'utf-16be', 2],
    ['UTF-16LE without a mark', Buffer.from('Name,Type\n株式会社\n', 'utf16le'), 'utf-16le', 0],
    ['UTF-16BE without a mark', utf16be('Name\tType\r\n'), 'utf-16be', 0],
    [
      'UTF-16 with a header beyond ASCII, which is not certain',
      Buffer.from('Größe\n', 'utf16le'),
      'utf-8',
      0,
    ],
    ['Windows-1252, which has no mark', Buffer.from('Gr\u00f6\u00dfe\n', 'latin1'), 'utf-8', 0],
    ['nothing', Buffer.alloc(0), 'utf-8', 0],
    ['one byte', Buffer.from('N'), 'utf-8', 0],
    ['NULs', Buffer.alloc(64), 'utf-8', 0],
  ] as const)('tells %s', (_, bytes, encoding, bomBytes) => {
    expect(detectEncoding(bytes)).toEqual({ encoding, bomBytes });
  });

  it('does not change the bytes it looks at', () => {
    const bytes = utf16be('Name\n');
    detectEncoding(bytes);
    expect(bytes).toEqual(utf16be('Name\n'));
  });
});

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

  it.each([
    ['shift_jis', Buffer.from([0x41, 0xa0, 0x42]), 'A!B'],
    ['utf-16le', utf16le('A\ud800B'), 'A!B'],
    ['utf-16be', utf16be('A\udc00\ud800\ud800B'), 'A!!!B'],
    ['utf-16le', utf16le('A\ufffd\ud83d\udc1d\ud83d'), 'A\ufffd🐝!'],
    ['utf-16le', Buffer.concat([utf16le('A'), Buffer.from('B')]), 'A!'],
    ['utf-16le', Buffer.from('A'), '!'],
  ])(
    'marks what is no text in %s by bytes that are not UTF-8, in chunks of any size',
    async (name, bytes, text) => {
      const [first = '', ...others] = text.split('!');
      const marked = others.flatMap((piece) => [Buffer.from([0xff]), Buffer.from(piece)]);
      const expected = Buffer.concat([Buffer.from(first), ...marked]);
      for (const length of [1, 2, 3, 100]) {
        const input = Readable.from(chunksOf(bytes, length));
        const read = Buffer.concat(await gather(transcodeToUtf8(input, name)));
        expect(read).toEqual(expected);
      }
    },
  );

  it('reads UTF-16 as a TextDecoder does, wherever chunks begin and end', async () => {
    const text = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (whole, length) => {
        const expected = whole.replace(/^\ufeff/, '');
        expect(await transcode(utf16le(whole), 'utf-16le', length)).toBe(expected);
        expect(await transcode(utf16be(whole), 'utf-16be', length)).toBe(expected);
      }),
    );
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

/** Bytes that matter to UTF-8, mostly of broken characters. */
const byte = fc.constantFrom(
  ...[
    0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    0xff,
  ],
);

describe('firstInvalidUtf8', () => {
  it('finds the first byte after which text cannot go on', () => {
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (values) => {
        const bytes = Buffer.from(values);
        const at = firstInvalidUtf8(bytes, 0, bytes.length);
        expect(at === -1).toBe(isUtf8(bytes));
        if (at !== -1) {
          expect(isUtf8(bytes.subarray(0, at))).toBe(true);
          const replaced = bytes.subarray(at).toString();
          expect(replaced.startsWith('\ufffd')).toBe(true);
        }
      }),
      runs(5000),
    );
  });
});

describe('wholeCharactersEnd', () => {
  it('leaves out a character that the range cuts off, and nothing else', () => {
    const bytes = Buffer.from('aé€🐝b');
    const ends = Array.from({ length: bytes.length + 1 }, (_, to) => wholeCharactersEnd(bytes, 0, to));
    expect(ends).toEqual([0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11]);
  });

  it('takes bytes that start no character for whole: they are refused at once', () => {
    expect(wholeCharactersEnd(Buffer.from([0x80, 0x80, 0x80, 0x80]), 0, 4)).toBe(4);
  });
});
