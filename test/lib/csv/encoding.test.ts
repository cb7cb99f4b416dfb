import { describe, expect, it } from 'vitest';
import { detectEncoding } from '../../../src/lib/csv/encoding.js';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

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
