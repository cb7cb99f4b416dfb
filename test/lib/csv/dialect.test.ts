import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { detectDialect, type DialectOptions } from '../../../src/lib/csv/dialect.js';
import { serviceDelimiters } from '../../../src/lib/csv/delimiters.js';

function dialectOf(text: string | Buffer, options: Partial<DialectOptions> = {}) {
  return detectDialect(Buffer.from(text), { isWholeFile: true, ...options });
}

const isKnownField = (name: string): boolean =>
  ['id', 'name', 'type', 'interests__c'].includes(name.toLowerCase());

describe('the delimiter', () => {
  it.each(serviceDelimiters)('%j is found by the header alone', (delimiter) => {
    expect(dialectOf(`Name${delimiter}Type\n`).delimiter).toBe(delimiter);
  });

  it.each(serviceDelimiters)('%j is found in a whole file of quoted values', (delimiter) => {
    const lines = [
      ['Name', 'Type'],
      ['a, b; c', 'd|e^f`g\th'],
      ['"', '\n'],
    ];
    const text = lines
      .map((line) => line.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter))
      .join('\n');
    expect(dialectOf(text).delimiter).toBe(delimiter);
  });

  it('is not decided by the characters of values, however many', () => {
    const text = `Id,Interests__c\n${'001,a;b;c;d\n'.repeat(100)}`;
    expect(dialectOf(text).delimiter).toBe(',');
    expect(dialectOf(text, { isKnownField }).delimiter).toBe(',');
  });

  it('splits the header into names the object knows, if one does', () => {
    const text = 'Name;Type;Region, District\na;b;c, d\n';
    expect(dialectOf(text, { isKnownField }).delimiter).toBe(';');
    expect(dialectOf('Vorname, Name|Type|Id\nx, y|z|1\n', { isKnownField }).delimiter).toBe('|');
  });

  it('trusts known names over what the records look like', () => {
    const text = 'Name;Type,Zip\na,b\nc,d\n';
    expect(dialectOf(text).delimiter).toBe(',');
    expect(dialectOf(text, { isKnownField }).delimiter).toBe(';');
  });

  it('leaves quotes in the header whole, if one does', () => {
    expect(dialectOf('"a b";"c, d"\n').delimiter).toBe(';');
  });

  it('splits most records like the header, if the header can be split in several ways', () => {
    expect(dialectOf('A b;C d,E f\nx;y\n').delimiter).toBe(';');
    expect(dialectOf('A b;C d,E f\nx,y\n').delimiter).toBe(',');
  });

  it('splits labels where the records agree', () => {
    expect(dialectOf('First Name;Last Name\nAda;Lovelace\n').delimiter).toBe(';');
    expect(dialectOf('Full name (first | last)\nAda Lovelace\n').delimiter).toBe(',');
  });

  it('is a comma where there is one column', () => {
    expect(dialectOf('Id\n001\n').delimiter).toBe(',');
    expect(dialectOf('"Name; first"\nx;y\n').delimiter).toBe(',');
    expect(dialectOf('').delimiter).toBe(',');
  });

  it('is found when the sample ends inside the header', () => {
    const header = Array.from({ length: 500 }, (_, index) => `Field${index}__c`).join('|');
    expect(dialectOf(header, { isWholeFile: false }).delimiter).toBe('|');
  });

  it('is what the caller says, even where that makes one column', () => {
    expect(dialectOf('Name,Type\n', { delimiter: ':' }).delimiter).toBe(':');
  });

  it.each(['', '::', '"', '\n', '\r', '\0', '§'])('cannot be %j', (delimiter) => {
    expect(() => dialectOf('Name\n', { delimiter })).toThrow(UsageError);
  });
});

describe('the line ending', () => {
  it.each([
    ['Name,Type\r\na,b\n', 'CRLF'],
    ['Name,Type\na,b\r\n', 'LF'],
    ['"Na\r\nme",Type\na,b\n', 'LF'],
    ['"Na\nme",Type\r\na,b\r\n', 'CRLF'],
    ['Name,Type', 'LF'],
    ['Name,Ty"pe\r\n', 'CRLF'],
  ] as const)('of %j is the one that ends the header: %s', (text, lineEnding) => {
    expect(dialectOf(text).lineEnding).toBe(lineEnding);
  });

  it('is what the caller says', () => {
    expect(dialectOf('Name\n', { lineEnding: 'CRLF' }).lineEnding).toBe('CRLF');
  });
});

describe('what comes before the header', () => {
  it.each([
    ['Name\n', 0, 0],
    ['\ufeffName\n', 3, 3],
    ['\ufeff\ufeffName\n', 6, 6],
    ['sep=;\r\nName;Type\r\n', 0, 7],
    ['\ufeffSEP=;\nName;Type\n', 3, 9],
    ['\n\r\nName\n', 0, 3],
    ['\ufeff\nName\n', 3, 4],
  ])('in %j is a mark of %i and %i bytes in all', (text, bomBytes, headerStart) => {
    expect(dialectOf(text)).toMatchObject({ bomBytes, headerStart });
  });

  it("is read as Excel's word on the delimiter", () => {
    expect(dialectOf('sep=|\nName,first|Type\n').delimiter).toBe('|');
  });
});

describe('UTF-16', () => {
  it('is looked through to the delimiter and the line ending', () => {
    const text = Buffer.from('\ufeffsep=;\r\nName;Größe\r\nx;1\r\n', 'utf16le');
    expect(dialectOf(text)).toEqual({
      ...{ delimiter: ';', lineEnding: 'CRLF', encoding: 'utf-16le', bomBytes: 2, headerStart: 7 },
    });
    expect(dialectOf(text.swap16())).toMatchObject({ delimiter: ';', encoding: 'utf-16be' });
  });
});
