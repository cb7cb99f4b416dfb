import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError, UsageError } from '../../../src/lib/errors.js';
import { decodeText, readTextFile } from '../../../src/lib/files/read-text.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();
const encodings: ReadonlyArray<readonly [name: string, encode: (text: string) => Buffer]> = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16LE with a byte order mark', (text) => utf16le(`\ufeff${text}`)],
  ['UTF-16BE with a byte order mark', (text) => utf16be(`\ufeff${text}`)],
  ['UTF-16LE', utf16le],
  ['UTF-16BE', utf16be],
];

test.each(encodings)('reads %s, whatever the first line is', (_, encode) => {
  for (const text of [
    "SELECT Id FROM Account\r\nWHERE Name = 'Größe 株式会社'",
    '-- Größe\nSELECT Id FROM A',
    '',
  ])
    expect(decodeText(encode(text), 'a.soql')).toBe(text);
});

test.each(encodings)('reads every text in %s that has words of a query in it', (_, encode) => {
  const text = fc
    .string({ unit: 'grapheme' })
    .map((name) => `SELECT Id FROM Account WHERE Name = '${name.replaceAll('\0', '')}'`);
  fc.assert(fc.property(text, (each) => decodeText(encode(each), 'a.soql') === each));
});

test.each([
  [
    'Windows-1252',
    Buffer.from("SELECT Id\nFROM A WHERE Name = 'Größe'", 'latin1'),
    /0xF6 in line 2 .* it is ö/,
  ],
  ['UTF-16 that is cut off', utf16le('SELECT Id FROM A').subarray(0, -1), /looks like UTF-16LE/],
  ['UTF-16 with half a character', utf16le(`SELECT '\ud800' FROM A`), /looks like UTF-16LE/],
  ['bytes that are no text', Buffer.from([1, 0, 0, 2, 0x41, 0x0a]), /NUL byte/],
])('refuses %s, and says how to convert the file', (_, bytes, message) => {
  const decode = (): string => decodeText(bytes, 'queries/a.soql');
  expect(decode).toThrow(InputError);
  expect(decode).toThrow(message);
  try {
    decode();
  } catch (error) {
    expect((error as InputError).actions.join()).toContain('iconv -f WINDOWS-1252 -t UTF-8 "queries/a.soql"');
  }
});

test('a file is read by its path, and one that is not there is told', async () => {
  const path = join(await tempFolder(), 'a.soql');
  expect(await failureOf(readTextFile(path))).toBeInstanceOf(UsageError);
  await writeFile(path, utf16le('\ufeffSELECT Id FROM A'));
  expect(await readTextFile(path)).toBe('SELECT Id FROM A');
});
