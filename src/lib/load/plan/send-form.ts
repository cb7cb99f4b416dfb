import { createReadStream } from 'node:fs';
import { delimiterCharacters } from '../../api/types.js';
import { cellText, encodeCell, isRecordEmpty } from '../../csv/cells.js';
import { scanCsv, type CsvScan } from '../../csv/scan.js';
import { rewriteCsv } from '../../csv/rewrite.js';
import type { CellSource } from '../../csv/cell-source.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { ByteSink } from '../../output/byte-sink.js';
import { putCells } from '../../output/put-cells.js';
import { RowNumbers, withLeftOut } from './left-out.js';
import { KeptWriter } from './kept-cells.js';
import type { KeptCell } from './kept-columns.js';
import type { SetAsideFile } from './set-aside-file.js';
import type { CheckedSource } from './first-pass.js';
import { keySumIn, type KeySum } from '../keys/key-sum.js';
import { sourceFile } from './stage.js';
import { isSameForm, type SendableSource, type SendForm } from './form.js';
import { writeCopy } from './write-copy.js';

const readBytes = 512 * 1024;

export type ReformOptions = {
  readonly form: SendForm;
  /** The column that tells rows apart, where there is one. */
  readonly keyName: string | undefined;
  readonly spoolPath: string;
  readonly maxPartBytes: number;
  readonly maxPartRows: number;
  /** Takes the rows that are not sent, where there may be some. */
  readonly setAside?: SetAsideFile | undefined;
  /** Where to keep the cells of rows that are not sent, and where they come from. */
  readonly kept?: { readonly path: string; readonly cells: readonly KeptCell[] } | undefined;
  readonly signal: AbortSignal | undefined;
};

/** Sends a source's own bytes where that is possible, and rewrites it into a spool where it is not. */
export async function inForm(checked: CheckedSource, options: ReformOptions): Promise<SendableSource> {
  const { source, scan, copy } = checked;
  if (copy !== undefined && isSameForm(copy.form, options.form)) return copy;
  if (isInForm(checked, options)) return { source, segments: scan.parts };
  const { form, spoolPath, maxPartBytes, maxPartRows, signal } = options;
  const leftOut = new RowNumbers();
  const keeper = keeperOf(options);
  const faultOf = checked.invalid?.reader();
  const aside = options.setAside?.open(source.name, {
    fromDelimiter: scan.dialect.delimiter,
    width: scan.columns.length,
    sources: [...checked.columns.sent, ...keptSources(options.kept?.cells ?? [])],
    emptyAsNull: checked.emptyAsNull === true,
    rewriteQuotedLineEndings: hasForeignLineEndings(scan, form),
  });
  const rewritten = rewriteCsv(createReadStream(source.path, { highWaterMark: readBytes }), {
    from: scan.dialect,
    to: { delimiter: delimiterCharacters[form.delimiter], lineEnding: form.lineEnding },
    columns: checked.columns.sent,
    emptyAsNull: checked.emptyAsNull === true,
    rewriteQuotedLineEndings: hasForeignLineEndings(scan, form),
    keeps: (record, row) => {
      const fault = faultOf?.(row);
      if (fault !== undefined) aside?.put(record, row, fault);
      else if (!isRecordEmpty(record) && checked.isBlank?.(record) !== true) {
        keeper?.add(record);
        return true;
      }
      leftOut.add(row);
      return false;
    },
    dropsExtraCells: scan.longRows > 0,
    name: source.name,
  });
  await writeCopy(rewritten, { path: spoolPath, name: source.name, signal });
  aside?.end();
  keeper?.close();
  const spool = await withLeftOut(await sourceFile(spoolPath, source.name, true), leftOut);
  const dialect = { delimiter: delimiterCharacters[form.delimiter], lineEnding: form.lineEnding };
  const sumRows = (names: readonly string[]): KeySum | undefined => keySumIn(names, options.keyName);
  const { parts } = await scanCsv(spool, { ...dialect, maxPartBytes, maxPartRows, sumRows, signal });
  const kept = keeper === undefined ? {} : { kept: keeper.path };
  return { source: { ...spool, ...kept }, segments: parts };
}

/** The same cells for a writer of records. */
function keptSources(cells: readonly KeptCell[]): CellSource[] {
  return cells.map((cell) => (cell.index < 0 ? { constant: '' } : { ...cell, keepsEmpty: true }));
}

type Keeper = {
  readonly path: string;
  readonly add: (record: CsvRecord) => void;
  readonly close: () => void;
};

/** Undefined where a source has no cells that are to be kept. */
function keeperOf({ kept, form }: ReformOptions): Keeper | undefined {
  if (kept === undefined || kept.cells.every(({ index }) => index < 0)) return undefined;
  const { path, cells } = kept;
  const writer = new KeptWriter(path);
  const out = new ByteSink();
  const delimiter = delimiterCharacters[form.delimiter];
  return {
    path,
    add(record) {
      out.length = 0;
      putKept(out, record, cells, delimiter);
      writer.add(out.bytes.subarray(0, out.length));
    },
    close: () => writer.close(),
  };
}

function putKept(out: ByteSink, record: CsvRecord, cells: readonly KeptCell[], delimiter: string): void {
  for (const [position, { index, convert }] of cells.entries()) {
    if (position > 0) out.append(Buffer.from(delimiter));
    const text = convert === undefined ? '' : cellText(record, index);
    if (convert === undefined || text === '') putCells(out, record, { cells: [index], delimiter });
    else out.append(Buffer.from(encodeCell(convert(text), delimiter)));
  }
}

function isInForm({ scan, columns, invalid, emptyAsNull }: CheckedSource, { form }: ReformOptions): boolean {
  const { lf, crlf } = scan.lineEndings;
  const otherEndings = form.lineEnding === 'LF' ? crlf : lf;
  return (
    !columns.needsRewrite &&
    emptyAsNull !== true &&
    delimiterCharacters[form.delimiter] === scan.dialect.delimiter &&
    otherEndings === 0 &&
    scan.blankLines === 0 &&
    scan.gaps === 0 &&
    scan.longRows === 0 &&
    (invalid?.count ?? 0) === 0 &&
    !hasForeignLineEndings(scan, form)
  );
}

function hasForeignLineEndings({ lineEndings }: CsvScan, { lineEnding }: SendForm): boolean {
  return (lineEnding === 'LF' ? lineEndings.quotedCrlf : lineEndings.quotedLf) > 0;
}
