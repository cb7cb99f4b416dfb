import { contentEnd, contentStart } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import type { ColumnKind } from '../describe/column-types.js';
import { readDate, readDateTime } from './parquet-values.js';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006';
const packaging = 'http://schemas.openxmlformats.org/package/2006';
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The cell formats of `xl/styles.xml`, by their places there. */
const styles = { plain: 0, header: 1, date: 2, datetime: 3 } as const;

/** The files of a workbook beside its sheet (ECMA-376, SpreadsheetML). */
export const workbookParts: ReadonlyArray<readonly [name: string, content: string]> = [
  [
    '[Content_Types].xml',
    `${declaration}<Types xmlns="${packaging}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentType}.worksheet+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${contentType}.styles+xml"/></Types>`,
  ],
  ['_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']])],
  [
    'xl/workbook.xml',
    `${declaration}<workbook xmlns="${main}" xmlns:r="${office}/relationships">` +
      '<sheets><sheet name="Records" sheetId="1" r:id="rId1"/></sheets></workbook>',
  ],
  [
    'xl/_rels/workbook.xml.rels',
    relationships([
      ['worksheet', 'worksheets/sheet1.xml'],
      ['styles', 'styles.xml'],
    ]),
  ],
  [
    'xl/styles.xml',
    `${declaration}<styleSheet xmlns="${main}">` +
      '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>' +
      '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>' +
      '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
      '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
      '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
      '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
      '<cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/>' +
      '<xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>',
  ],
];

function relationships(parts: ReadonlyArray<readonly [type: string, target: string]>): string {
  const each = parts.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${office}/relationships/${type}" Target="${target}"/>`,
  );
  return `${declaration}<Relationships xmlns="${packaging}/relationships">${each.join('')}</Relationships>`;
}

/** `A`, `B`, …, `Z`, `AA`, …; counted from 0. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(0x41 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** In characters, as values of these kinds are shown; ids are told by their names. */
const widths: Partial<Record<ColumnKind, number>> = { date: 10, datetime: 19 };
const idWidth = 18;
/** Excel's own, and most of a long header. */
const leastWidth = 9;
const mostWidth = 50;
/** What a cell has beside its text. */
const margin = 1;

/** The `<cols>` of a sheet: without, Excel shows a date that is wider than its column as `########`. */
export function columnWidths(
  columns: readonly string[],
  kinds: ReadonlyArray<ColumnKind | undefined>,
): string {
  const each = columns.map((name, index) => {
    const ofKind = widths[kinds[index] ?? 'string'] ?? (/(?:^|[a-z.])Id$/.test(name) ? idWidth : leastWidth);
    const width = Math.min(Math.max(ofKind, name.length), mostWidth) + margin;
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  return each.length === 0 ? '' : `<cols>${each.join('')}</cols>`;
}

/** Days from Excel's day 0 to 1970. */
const epochDay = 25_569;
/** Excel takes 1900 for a leap year: the days before 1 March 1900 are others there than anywhere else. */
const firstSoundDay = 61;
const dayMs = 86_400_000;

const numberText = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A number of Excel is a double, and shows so many digits. */
const exactDigits = 15;

/** A cell of text, as XML. */
export function textCell(place: string, text: string, style: keyof typeof styles = 'plain'): string {
  const space = /^\s|\s$/.test(text) ? ' xml:space="preserve"' : '';
  return `<c r="${place}"${styleOf(style)} t="inlineStr"><is><t${space}>${xmlText(text)}</t></is></c>`;
}

/** A value of a record, by where it is and what its column holds. */
type TypedValue = {
  readonly record: CsvRecord;
  readonly column: number;
  readonly kind: ColumnKind | undefined;
};

/**
 * A cell of another kind; undefined where the value is text, or Excel could not hold what it is.
 * @param text the value
 */
export function typedCell(
  place: string,
  text: string,
  { record, column, kind }: TypedValue,
): string | undefined {
  switch (kind) {
    case 'boolean':
      return text === 'true' || text === 'false'
        ? `<c r="${place}" t="b"><v>${text === 'true' ? 1 : 0}</v></c>`
        : undefined;
    case 'int':
    case 'long':
    case 'double':
      return isExactNumber(text) ? `<c r="${place}"><v>${text}</v></c>` : undefined;
    case 'date':
      return dayCell(place, readWith(readDate, record, column), 'date');
    case 'datetime':
      return dayCell(place, readWith(readDateTime, record, column) / dayMs, 'datetime');
    case 'string':
    case undefined:
      return undefined;
  }
}

function readWith(read: typeof readDate, record: CsvRecord, column: number): number {
  return read(record.bytes, contentStart(record, column), contentEnd(record, column));
}

function styleOf(style: keyof typeof styles): string {
  return styles[style] === 0 ? '' : ` s="${styles[style]}"`;
}

function isExactNumber(text: string): boolean {
  if (!numberText.test(text)) return false;
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
  return digits.length <= exactDigits;
}

/** @param days since 1970; NaN for what is no date */
function dayCell(place: string, days: number, style: 'date' | 'datetime'): string | undefined {
  // Rounded up by less than a tenth of a millisecond: readers cut what is below a millisecond off.
  const serial = Math.ceil((days + epochDay) * 1e9) / 1e9;
  return serial >= firstSoundDay ? `<c r="${place}"${styleOf(style)}><v>${serial}</v></c>` : undefined;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text as XML has it; what XML cannot hold as Excel writes it, `_x0001_`, and what only looks so with its `_` written so. */
export function xmlText(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[\u0000-\u0008\u000B\u000C\u000D\u000E-\u001F\uFFFE\uFFFF]/g, escaped)
    .replace(/[&<>]/g, (character) => entities[character] ?? character);
}

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
