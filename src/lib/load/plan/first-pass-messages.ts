import type { CsvScan } from '../../csv/scan.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { SourceFile } from '../../run/record.js';
import type { InvalidRows } from '../check/invalid-rows.js';

type Checked = {
  readonly source: SourceFile;
  readonly scan: CsvScan;
  readonly invalid?: Pick<InvalidRows, 'count' | 'unmatched'> | undefined;
};

/** Records that are no rows; where there is but one column, blank lines may be records. */
export function skippedRecords({ source: { name: file }, scan }: Checked): InputProblem[] {
  const count = scan.emptyRows + (scan.columns.length === 1 ? scan.blankLines : 0);
  if (count === 0) return [];
  const message =
    count === 1
      ? `1 row of ${file} has no values and is skipped.`
      : `${count} rows of ${file} have no values and are skipped.`;
  return [{ code: 'EMPTY_ROWS', file, message }];
}

export function longRows({ source: { name: file }, scan: { longRows: count } }: Checked): InputProblem[] {
  if (count === 0) return [];
  const rows = count === 1 ? '1 row' : `${count} rows`;
  const message = `${rows} of ${file} had empty cells beyond the columns of the header, which are dropped.`;
  return [{ code: 'LONG_ROWS', file, message }];
}

/** Of a file whose structure is broken in rows that can be told apart from the others. */
export function withWayOut(error: InputError): InputError {
  return withAction(
    error,
    `${error.actions.length === 0 ? 'Fix these rows; or' : 'Or'} add --set-aside-invalid, which sends the other rows and puts these into the failed-records file.`,
  );
}

/** The codes of rows of which it is not certain where they end. */
const mayGoOn = new Set([
  'COLUMN_COUNT',
  'JSON',
  'LONE_CARRIAGE_RETURN',
  'TEXT_AFTER_QUOTE',
  'UNESCAPED_QUOTE',
  'UNTERMINATED_QUOTE',
]);

/** Says why rows that were to be set aside are not. */
export function withReason(error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const isOfRows = error.problems.every(({ code, row = 0 }) => row > 0 && mayGoOn.has(code));
  return isOfRows
    ? withAction(
        error,
        "--set-aside-invalid doesn't help here: it isn't certain where such a row ends and the next one begins.",
      )
    : error;
}

function withAction(error: InputError, action: string): InputError {
  const { actions, problems, data, cause } = error;
  return new InputError(problems, { actions: [...actions, action], data, cause });
}

/** What to do about rows that are refused. */
export function waysOut(problems: readonly InputProblem[]): string[] {
  if (problems.every(({ code }) => code === 'DUPLICATE_KEY')) return [];
  return [
    'Fix these rows; or add --set-aside-invalid, which sends the others and puts these into the failed-records file.',
    'If the check is wrong, skip it with --no-preflight: what is sent stays the same.',
  ];
}

export function setAside({ source: { name: file }, invalid }: Checked): InputProblem[] {
  const count = (invalid?.count ?? 0) - (invalid?.unmatched ?? 0);
  if (count === 0) return [];
  const message =
    count === 1
      ? `1 invalid row of ${file} is set aside: it is not sent, and goes into the failed-records file.`
      : `${count} invalid rows of ${file} are set aside: they are not sent, and go into the failed-records file.`;
  return [{ code: 'SET_ASIDE', file, message }];
}
