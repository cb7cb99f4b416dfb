import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { ColumnTypes } from '../../src/lib/describe/column-types.js';
import { XlsxResultWriter } from '../../src/lib/output/xlsx.js';
import { workbookParts } from '../../src/lib/output/xlsx-parts.js';

/** A workbook as an export writes it. @param rows CSV without its header */
export function exportedWorkbook(columns: readonly string[], rows: string, types?: ColumnTypes): Buffer {
  const writer = new XlsxResultWriter({
    columns,
    delimiter: 'COMMA',
    lineEnding: 'LF',
    ...(types === undefined ? {} : { types }),
  });
  return Buffer.concat([writer.push(Buffer.from(rows)), writer.end()]);
}

/** A workbook as Excel writes it: several sheets, and texts in a table of their own. @param sheets rows of text, by name */
export function excelWorkbook(
  sheets: Readonly<Record<string, ReadonlyArray<readonly string[]>>>,
): Uint8Array {
  const texts = Object.values(sheets).flat(2);
  const names = Object.keys(sheets);
  const files = new Map(workbookParts.map(([name, content]) => [name, content]));
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  files.set(
    'xl/workbook.xml',
    `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${names
      .map((name, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
      .join('')}</sheets></workbook>`,
  );
  const targets = [...names.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`])];
  targets.push(['styles', 'styles.xml'], ['sharedStrings', 'sharedStrings.xml']);
  const links = targets.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${office}/${type}" Target="${target}"/>`,
  );
  files.set(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links.join('')}</Relationships>`,
  );
  files.set(
    'xl/sharedStrings.xml',
    `<sst xmlns="${main}">${texts.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
  );
  for (const [at, rows] of Object.values(sheets).entries()) {
    const xml = rows.map((cells, row) => {
      const inRow = cells.map((text, column) => {
        const place = `${String.fromCharCode(65 + column)}${row + 1}`;
        return text === '' ? '' : `<c r="${place}" t="s"><v>${texts.indexOf(text)}</v></c>`;
      });
      return `<row r="${row + 1}">${inRow.join('')}</row>`;
    });
    files.set(
      `xl/worksheets/sheet${at + 1}.xml`,
      `<worksheet xmlns="${main}"><sheetData>${xml.join('')}</sheetData></worksheet>`,
    );
  }
  return zipSync(Object.fromEntries([...files].map(([name, content]) => [name, strToU8(content)])));
}

/** Something else in place of a part of a workbook. @param change gives the new XML */
export function changedWorkbook(
  workbook: Uint8Array,
  part: string,
  change: (xml: string) => string,
): Uint8Array {
  const parts = unzipSync(workbook);
  return zipSync({ ...parts, [part]: strToU8(change(strFromU8(parts[part] ?? new Uint8Array()))) });
}

/** A workbook of one sheet with cells as XML, each `<c r="…">…</c>`, a row a list. Style 2 is a day, and 3 a time. */
export function workbookOfCells(...rows: ReadonlyArray<readonly string[]>): Uint8Array {
  const xml = rows.map((cells, index) => `<row r="${index + 1}">${cells.join('')}</row>`).join('');
  return changedWorkbook(exportedWorkbook(['A'], ''), 'xl/worksheets/sheet1.xml', (sheet) =>
    sheet.replace(/<sheetData>.*<\/sheetData>/s, `<sheetData>${xml}</sheetData>`),
  );
}

/** A cell of text, as XML. */
export function textCellOf(place: string, text: string): string {
  return `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
}
