import { expect, test } from 'vitest';
import { likelyReadings } from '../../../src/lib/csv/likely-encoding.js';

test.each<[string, number[], string]>([
  // Müller, Café – “x”
  [
    'Western',
    [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x2c, 0x43, 0x61, 0x66, 0xe9, 0x20, 0x96, 0x20, 0x93, 0x78, 0x94],
    'windows-1252',
  ],
  // テスト会社
  ['Japanese', [0x83, 0x65, 0x83, 0x58, 0x83, 0x67, 0x89, 0xef, 0x8e, 0xd0, 0x2c, 0x31], 'shift_jis'],
  // 東京
  ['Japanese ideographs', [0x93, 0x8c, 0x8b, 0x9e, 0x2c, 0x31], 'shift_jis'],
  // Привет
  ['Cyrillic', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2], 'windows-1251'],
  // 中国公司
  ['Chinese', [0xd6, 0xd0, 0xb9, 0xfa, 0xb9, 0xab, 0xcb, 0xbe], 'gb18030'],
])('%s text is told by its bytes', (_, bytes, encoding) => {
  expect(likelyReadings(Uint8Array.from(bytes))[0]?.encoding).toBe(encoding);
});

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each<[string, string, Array<[encoding: string, text: string]>, string[]]>([
  ['half-width kana', '\xc3\xbd\xc4,1', [['shift_jis', 'ﾃｽﾄ,1']], ['windows-1252']],
  ['half-width kana with a voiced mark', '\xb6\xde\xbd', [['shift_jis', 'ｶﾞｽ']], ['windows-1252']],
  [
    'a line of code page 850',
    'M\x81ller Stra\xe1e,1',
    [
      ['cp850', 'Müller Straße,1'],
      ['cp437', 'Müller Straße,1'],
    ],
    ['windows-1252'],
  ],
  ['code page 850', 'Jos\x82 N\xa3\xa4ez', [['cp850', 'José Núñez']], ['windows-1252']],
  ['code page 850, a first letter', '\x8epfel', [['cp850', 'Äpfel']], []],
  ['code page 850', 'M\x81ller', [['cp850', 'Müller']], ['windows-1252']],
  [
    'code page 437',
    'Caf\x82',
    [
      ['cp437', 'Café'],
      ['cp850', 'Café'],
    ],
    ['windows-1252'],
  ],
  ['Western capitals', 'M\xdcLLER', [['windows-1252', 'MÜLLER']], ['cp850', 'windows-1251']],
  ['Polish', '\xa3\xf3d\x9f', [['windows-1250', 'Łódź']], []],
  ['an apostrophe', 'O\x92Brien', [['windows-1252', 'O’Brien']], []],
  ['Macintosh', 'M\x9fller', [['macintosh', 'Müller']], []],
])('%s: %j is read as a person would', (_, text, right, wrong) => {
  const readings = likelyReadings(latin1(text));
  const first = readings.slice(0, right.length).map((reading) => [reading.encoding, reading.text]);
  expect(first).toEqual(expect.arrayContaining(right));
  expect(readings.filter(({ encoding }) => wrong.includes(encoding))).toEqual([]);
});

test('no reading has characters that the encoding does not have', () => {
  for (let byte = 0x80; byte < 0x100; byte++) {
    for (const { text } of likelyReadings(Uint8Array.of(0x4d, byte, 0x6c)))
      expect(text).not.toMatch(/[\u0080-\u009f\ufffd]/);
  }
});
