/** A cell without a value to send that is not empty either. */
export type FaultyCell = {
  /** As Excel calls it: `C5`. */
  readonly place: string;
  /** The place of its row and column in the sheet, from 0. */
  readonly row: number;
  readonly column: number;
  /** Such as `#DIV/0!`; undefined where the result of a formula was never stored. */
  readonly error: string | undefined;
};

/** What the XML of a sheet has that no reader of values tells. */
export type SheetXml = {
  /** By their rows. */
  readonly faulty: readonly FaultyCell[];
  /** Why its cells could not be told for sure; completes a sentence that begins with the sheet. */
  readonly unreadable: string | undefined;
  /** Whether dates are text of ISO 8601, and no numbers of days. */
  readonly hasIsoDates: boolean;
};

/** Errors such as `#DIV/0!`, and formulas whose result was never stored, are no empty cells: sent as such they would clear fields. */
export function readSheetXml(bytes: Uint8Array): SheetXml {
  // Places and errors are ASCII, and a character takes one byte so.
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const xml = all.includes('<!--') ? all.replace(/<!--[\s\S]*?-->/g, '') : all;
  return {
    faulty: suspicious.test(xml) ? faultyCells(xml) : [],
    unreadable: placeless.test(xml)
      ? "has cells that don't say where they are"
      : xml.includes('<![CDATA[')
        ? 'has text in CDATA sections'
        : undefined,
    hasIsoDates: /<(?:\w+:)?c\s[^>]*\bt=["']d["']/.test(xml),
  };
}

const suspicious = /\st=["']e["']|<(?:\w+:)?f[\s/>]/;
const placeless = /<(?:\w+:)?c(?=[\s/>])(?![^>]*\sr\s*=)/;
const cell = /<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g;
const value = /<(?:\w+:)?v(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?v>/;

function faultyCells(xml: string): FaultyCell[] {
  const faulty: FaultyCell[] = [];
  for (const [, attributes = '', content = ''] of xml.matchAll(cell)) {
    const fault = faultOf(attributes, content);
    const [, letters, number] = /\sr\s*=\s*["']([A-Z]+)(\d+)["']/.exec(attributes) ?? [];
    if (fault === undefined || letters === undefined) continue;
    const place = `${letters}${number}`;
    faulty.push({ place, row: Number(number) - 1, column: columnIndex(letters), ...fault });
  }
  return faulty.sort((one, other) => one.row - other.row);
}

function faultOf(attributes: string, content: string): Pick<FaultyCell, 'error'> | undefined {
  const [, type] = /\st\s*=\s*["'](\w+)["']/.exec(attributes) ?? [];
  const stored = value.exec(content)?.[1] ?? '';
  if (type === 'e') return { error: stored === '' ? 'of a formula' : stored };
  if (stored !== '' || !/<(?:\w+:)?f[\s/>]/.test(content)) return undefined;
  // A formula may well result in a text of no characters.
  if (type === 'str' && /<(?:\w+:)?v[\s/>]/.test(content)) return undefined;
  return { error: undefined };
}

function columnIndex(letters: string): number {
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}

/** `C5`, of the places of its row and column, from 0. */
export function placeOf(row: number, column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${row + 1}`;
}
