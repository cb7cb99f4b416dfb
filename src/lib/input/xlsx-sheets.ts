import type { Unzipped } from 'fflate';
import type { InputProblem } from '../errors.js';

/** A sheet of a workbook, in the order of its tabs. */
export type WorkbookSheet = {
  readonly name: string;
  readonly isHidden: boolean;
  /** Where its XML is in the workbook; undefined for a chart, which has no cells. */
  readonly path: string | undefined;
};

export type Workbook = {
  readonly sheets: readonly WorkbookSheet[];
  /** Whether day 0 is 1 January 1904, as in workbooks of old Macs. */
  readonly is1904: boolean;
  /** Whether it says so in the one spelling that the reader of cells knows. */
  readonly isReadAs1904: boolean;
};

/** The parts of a workbook that tell of its sheets (ECMA-376, SpreadsheetML). */
export const workbookPath = 'xl/workbook.xml';
export const linksPath = 'xl/_rels/workbook.xml.rels';

export function readWorkbook(parts: Unzipped): Workbook {
  const xml = textOf(parts[workbookPath]);
  const paths = new Map<string | undefined, string>();
  for (const { Id, Type = '', Target = '' } of elements(textOf(parts[linksPath]), 'Relationship')) {
    if (Type.endsWith('/worksheet')) paths.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
  }
  const sheets = elements(xml, 'sheet').flatMap(({ name, state, id }) =>
    name === undefined
      ? []
      : [{ name, isHidden: state === 'hidden' || state === 'veryHidden', path: paths.get(id) }],
  );
  const date1904 = elements(xml, 'workbookPr')[0]?.date1904;
  return { sheets, is1904: date1904 === '1' || date1904 === 'true', isReadAs1904: date1904 === '1' };
}

/** @returns the sheet's place from 0, or why there is none */
export function chooseSheet(
  { sheets }: Workbook,
  asked: string | undefined,
): number | Pick<InputProblem, 'message'> {
  const withCells = (sheet: WorkbookSheet): boolean => sheet.path !== undefined;
  if (asked === undefined) {
    const visible = sheets.findIndex((sheet) => withCells(sheet) && !sheet.isHidden);
    const first = visible === -1 ? sheets.findIndex(withCells) : visible;
    return first === -1 ? { message: 'The workbook has no sheet with cells.' } : first;
  }
  const named = sheets.findIndex(({ name }) => name === asked);
  const at = named === -1 && /^\d+$/.test(asked) ? Number(asked) - 1 : named;
  const found = sheets[at];
  const names = sheets
    .filter(withCells)
    .map(({ name }) => name)
    .join(', ');
  if (found === undefined)
    return { message: `The workbook has no sheet ${JSON.stringify(asked)}. Its sheets are: ${names}.` };
  if (found.path === undefined)
    return {
      message: `The sheet ${JSON.stringify(found.name)} is a chart. Sheets with cells are: ${names}.`,
    };
  return at;
}

/** Says which of several sheets is read, where it was not asked for by its name. */
export function sheetNotice(
  { sheets }: Workbook,
  at: number,
  { sheet: asked, file }: { readonly sheet?: string | undefined; readonly file: string },
): InputProblem | undefined {
  const name = sheets[at]?.name ?? '';
  if (sheets.length < 2 || name === asked) return undefined;
  const others = sheets
    .filter((_, index) => index !== at)
    .map((sheet) => (sheet.isHidden ? `${sheet.name} (hidden)` : sheet.name));
  return {
    code: 'SHEET',
    file,
    message: `${file}: the sheet ${JSON.stringify(name)} is read. Others are not: ${others.join(', ')}.`,
  };
}

type Attributes = Readonly<Record<string, string>>;

/** The attributes of all elements of a name, both without their prefixes. */
function elements(xml: string, name: string): Attributes[] {
  const tags = xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(?=[\\s/>])((?:"[^"]*"|'[^']*'|[^>"'])*)>`, 'g'));
  return Array.from(tags, ([, attributes = '']) => attributesOf(attributes));
}

function attributesOf(text: string): Attributes {
  const found = text.matchAll(/(?:[\w-]+:)?([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    Array.from(found, ([, name = '', double, single]) => [name, decoded(double ?? single ?? '')]),
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, number?: string, name = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return number === undefined ? (entities[String(name)] ?? whole) : String.fromCodePoint(Number(number));
    },
  );
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString();
}
