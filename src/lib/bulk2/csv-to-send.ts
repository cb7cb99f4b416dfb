import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { OpenBody } from '../api/ingest-jobs.js';
import { delimiterCharacters, type ColumnDelimiter, type LineEnding } from '../api/types.js';
import { delimiterName } from '../csv/delimiters.js';
import { chooseLineEnding } from '../csv/line-endings.js';
import { rewriteCsv } from '../csv/rewrite.js';
import { readCsvHead, scanCsv, type CsvHead, type CsvInput, type CsvScan } from '../csv/scan.js';
import { InputError } from '../errors.js';

/** How the CSV of a job is written, as the service is told when the job is created. */
export type JobForm = { readonly columnDelimiter: ColumnDelimiter; readonly lineEnding: LineEnding };

/** The data of a job, in its form. */
export type CsvToSend = {
  readonly open: OpenBody;
  readonly form: JobForm;
  /** Rows that the job should account for; undefined where the CSV is not sound, and the service has to judge it. */
  readonly rows: number | undefined;
};

type CsvToSendOptions = {
  /** How the file is written; absent: found from its content. */
  readonly delimiter?: string;
  /** What the job is, or is to be; what is absent is chosen so that the fewest values change. */
  readonly wanted: Partial<JobForm>;
  readonly signal: AbortSignal;
};

/**
 * Brings a CSV file into the form of a job: as it is where that is possible. The service refuses a file with another
 * line ending anywhere, in quoted values too, so those are rewritten. CSV with a record that is not sound is sent as it
 * is: the service gives such a record back as it was.
 * @throws InputError it has no header, or is no CSV in UTF-8
 */
export async function csvToSend(file: CsvInput, options: CsvToSendOptions): Promise<CsvToSend> {
  const { delimiter, wanted, signal } = options;
  const reading = { ...(delimiter === undefined ? {} : { delimiter }), signal };
  const head = await readCsvHead(file, reading);
  const scan = await scanCsv(file, reading).catch(unsoundOrThrow);
  const form = {
    columnDelimiter: wanted.columnDelimiter ?? delimiterName(head.dialect.delimiter) ?? 'COMMA',
    lineEnding: wanted.lineEnding ?? lineEndingOf(head, scan),
  };
  const start = head.dialect.headerStart;
  if (scan === undefined || isInForm(scan, form)) {
    return { form, rows: scan?.rows, open: () => createReadStream(file.path, { start }) };
  }
  const to = { delimiter: delimiterCharacters[form.columnDelimiter], lineEnding: form.lineEnding };
  const rewrite = { from: head.dialect, to, rewriteQuotedLineEndings: true, name: file.name };
  return { form, rows: scan.rows, open: () => rewriteCsv(createReadStream(file.path), rewrite) };
}

/** No rows: an empty body, which a job takes. */
export function nothingToSend({ columnDelimiter = 'COMMA', lineEnding = 'LF' }: Partial<JobForm>): CsvToSend {
  return { form: { columnDelimiter, lineEnding }, rows: 0, open: () => Readable.from([]) };
}

function lineEndingOf(head: CsvHead, scan: CsvScan | undefined): LineEnding {
  return scan === undefined ? head.dialect.lineEnding : chooseLineEnding(scan.lineEndings).lineEnding;
}

function isInForm({ dialect, lineEndings, blankLines }: CsvScan, form: JobForm): boolean {
  const { lf, crlf, quotedLf, quotedCrlf } = lineEndings;
  const others = form.lineEnding === 'LF' ? crlf + quotedCrlf : lf + quotedLf;
  return others === 0 && blankLines === 0 && dialect.delimiter === delimiterCharacters[form.columnDelimiter];
}

/** Problems of records that the service reports by record; any other is one of the whole file. */
const recordProblems = new Set([
  'COLUMN_COUNT',
  'LONE_CARRIAGE_RETURN',
  'TEXT_AFTER_QUOTE',
  'UNESCAPED_QUOTE',
  'UNTERMINATED_QUOTE',
]);

function unsoundOrThrow(error: unknown): undefined {
  const isUnsound =
    error instanceof InputError && error.problems.every(({ code }) => recordProblems.has(code));
  if (!isUnsound) throw error;
}
