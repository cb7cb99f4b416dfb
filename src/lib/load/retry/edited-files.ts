import { isCellEmpty } from '../../csv/cells.js';
import { isUtf8Name, tellsEncoding } from '../../csv/encoding.js';
import { nameProblems } from '../../csv/header.js';
import { scanCsv, type VisitRecord } from '../../csv/scan.js';
import type { DescribeOf } from '../../describe/describe.js';
import { InputError, UsageError, type InputProblem } from '../../errors.js';
import { inputKind } from '../../files/input-stream.js';
import type { InputMark, LoadPlan } from '../../run/record.js';
import { keyNameOf } from '../keys/key-sum.js';
import { markOf } from '../plan/inputs.js';
import { requireReadable } from '../plan/open-input.js';
import { stageInput, type StagedInput } from '../plan/stage.js';
import { UnreadRows } from './unread-rows.js';
import { convertEdited } from './convert-edited.js';
import {
  columnsGone,
  columnsNow,
  columnsUnknown,
  has,
  idColumnIn,
  isKey,
  isKnownIn,
  isSame,
  unsentIn,
  withColumns,
} from './edited-columns.js';
import type { MissingRows } from './missing-rows.js';
import { isOfAddedRow, KnownRows, type LeftBefore } from './known-rows.js';
import { isEmpty, isToldRow, type ResultFile } from './result-rows.js';

/** A result file of a load that has ended, and how many rows the load has put into it. */
export type WrittenFile = { readonly kind: ResultFile['kind']; readonly path: string; readonly rows: number };

export type EditedFiles = {
  readonly files: readonly ResultFile[];
  readonly marks: readonly InputMark[];
  /** The load's plan with the columns that the files have now. */
  readonly plan: LoadPlan;
  readonly nameInFile: (column: string) => string;
  /** How many rows with values there are in all of them. */
  readonly rows: number;
  /** How many there are without values; see `keepsValueless`. */
  readonly valueless: number;
  /** Rows of the load that are not in them. */
  readonly missing: MissingRows;
  /** What is not sent of them, and what becomes of it; a sentence each. */
  readonly warnings: readonly string[];
};

export type EditedFilesOptions = {
  readonly plan: LoadPlan;
  readonly files: readonly WrittenFile[];
  /** What tells rows of the load from others; absent where that is not known, or known by the caller. */
  readonly left?: LeftBefore | undefined;
  /** Of files that a person has not saved in UTF-8; their bytes don't say which it is. */
  readonly encoding?: string | undefined;
  readonly describeOf: DescribeOf;
  /**
   * Rows without values of which the file says why they have failed, or where they are from, are rows, too. Default: they count as
   * removed.
   */
  readonly keepsValueless?: boolean;
  readonly pathFor: (name: string) => string;
  readonly signal: AbortSignal | undefined;
};

/**
 * Reads the result files of a load as they are now: a person may have changed cells, removed rows or columns, and saved them
 * in another dialect or encoding.
 * @throws InputError they cannot be read, have a column that is no field, or a row twice
 * @throws UsageError they have more rows than the load has put there, or the encoding is not known
 */
export async function readEditedFiles(options: EditedFilesOptions): Promise<EditedFiles> {
  const { plan } = options;
  await requireReadable(options.files.map(({ path }) => ({ path, name: path })));
  if (options.encoding !== undefined) isUtf8Name(options.encoding);
  using known = await KnownRows.open(plan, options.left);
  const read: ReadFile[] = [];
  for (const file of options.files) read.push(await readFile(file, known, options));
  known.finish();
  const missing = read.reduce((sum, each) => sum + each.missing, 0);
  const { columns, unknown } = await columnsNow(read, options);
  const nameInFile = idColumnIn(read, plan);
  const key = keyNameOf(plan.operation, plan.externalId);
  if (key !== undefined && !read.every(({ header }) => has(header, nameInFile(key))))
    throw keyMissing(nameInFile(key), read);
  return {
    files: read.map(({ file }) => file),
    marks: read.map(({ mark }) => mark),
    plan: { ...plan, ...withColumns(plan, columns) },
    nameInFile,
    rows: read.reduce((sum, { rows }) => sum + rows, 0),
    valueless: read.reduce((sum, { valueless }) => sum + valueless, 0),
    missing: known.missing(missing),
    warnings: [
      ...read.flatMap((each) => each.warnings),
      ...columnsGone(plan, columns),
      ...columnsUnknown(unknown, plan),
    ],
  };
}

type ReadFile = {
  readonly file: ResultFile;
  readonly mark: InputMark;
  readonly path: string;
  readonly rows: number;
  readonly valueless: number;
  readonly missing: number;
  readonly header: readonly string[];
  readonly warnings: readonly string[];
};

async function readFile(
  written: WrittenFile,
  known: KnownRows,
  options: EditedFilesOptions,
): Promise<ReadFile> {
  const { plan, describeOf, keepsValueless = false, pathFor, signal } = options;
  const { kind, path } = written;
  const { source } = await stageFile(written, options);
  let rows = 0;
  let valueless = 0;
  const unread = await UnreadRows.of(plan, describeOf);
  const problems: InputProblem[] = [];
  const add = (problem: InputProblem): void => {
    if (problems.length < mostProblems) problems.push({ ...problem, file: path });
  };
  const visitorOf = (header: readonly string[]): VisitRecord => {
    const isUnsent = unsentIn(plan);
    const servesAsId = plan.keyField === undefined && isKey(plan, 'Id') && !has(header, 'Id');
    const idName = servesAsId ? 'sf__Id' : undefined;
    const sent = header.flatMap((name, index) => (isUnsent(name) && !isSame(name, idName) ? [] : [index]));
    const isTold = isToldRow(header);
    const problemOf = known.inFile(written, { header, sent });
    const noteUnread = unread.noterOf(header);
    const nameless = header.flatMap((name, index) => (name.trim() === '' ? [index] : []));
    const named = [...header.entries()].filter(([, name]) => name.trim() !== '');
    for (const problem of nameProblems(named, header.length)) add(problem);
    return (record, at) => {
      noteUnread(record);
      for (const cell of nameless) if (!isCellEmpty(record, cell)) add(namelessValue(cell, at));
      if (!isEmpty(record, sent)) rows += 1;
      else if (keepsValueless && isTold(record)) valueless += 1;
      else return;
      const problem = problemOf(record, at);
      if (problem !== undefined) add(problem);
    };
  };
  const scan = await scanCsv(source, {
    isKnownField: isKnownIn(plan),
    ...asEdited,
    visit: visitorOf,
    signal,
  });
  const all = rows + valueless;
  if (all > written.rows && problems.every(isOfAddedRow)) throw rowsAdded(written, all, plan);
  if (problems.length > 0) throw new InputError(problems);
  const { warnings, ...file } = await convertEdited(
    { path: source.path, name: path, columns: scan.columns, dialect: scan.dialect },
    { plan, describeOf, path: pathFor(`${kind}.converted.csv`), isHeld: unread.isDoubtful, signal },
  );
  return {
    file: { kind, ...file, unread: unread.places },
    mark: await markOf(path, scan),
    path,
    rows,
    valueless,
    missing: written.rows - all,
    header: scan.columns.filter((name) => name.trim() !== ''),
    warnings: [...(all === written.rows ? [] : [rowsRemoved(written, all)]), ...warnings],
  };
}

/** What an editor may do to a file. */
const asEdited = { takesAnyNames: true, dropsExtraCells: true } as const;

async function stageFile(
  { kind, path }: WrittenFile,
  { encoding, pathFor, signal }: EditedFilesOptions,
): Promise<StagedInput> {
  // One of the files may have been saved anew, and the other not.
  const takesGiven =
    encoding !== undefined && !((await inputKind(path)) === 'file' && (await tellsEncoding(path)));
  const reading = takesGiven ? { encoding } : {};
  return stageInput(
    { name: path, path },
    { reading, spoolPath: pathFor(`${kind}.csv`), checked: (csv) => csv, signal },
  );
}

function namelessValue(cell: number, row: number): InputProblem {
  const column = String(cell + 1);
  return { code: 'EMPTY_COLUMN', row, column, message: 'There is a value, and the column has no name.' };
}

const mostProblems = 20;

function keyMissing(key: string, read: readonly ReadFile[]): InputError {
  const problems = read
    .filter(({ header }) => !has(header, key))
    .map(({ path }): InputProblem => ({
      code: 'ID_MISSING',
      file: path,
      row: 0,
      message: `There is no column "${key}" any more, by which records are found.`,
    }));
  return new InputError(problems);
}

function rowsRemoved({ kind, path, rows }: WrittenFile, left: number): string {
  const gone = rows - left;
  const what = gone === 1 ? 'it is not sent, and stays' : 'they are not sent, and stay';
  return `${gone} of ${rows} ${kind} rows removed from ${path}, or without values there: ${what} ${kind}.`;
}

function rowsAdded({ kind, path, rows: written }: WrittenFile, rows: number, plan: LoadPlan): UsageError {
  return new UsageError(
    `${path} has ${rows} rows, but the load has only ${written} ${kind} rows: a retry can't send rows that were added.`,
    {
      actions: [
        `Move new rows into a file of their own, and load that: sf bulk2 ${plan.operation} --sobject ${plan.object} --file FILE`,
        'Then retry.',
      ],
      data: { path, rows, expected: written },
    },
  );
}
