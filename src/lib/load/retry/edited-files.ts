import { delimiterCharacters } from '../../api/types.js';
import { isCellEmpty, encodeCell } from '../../csv/cells.js';
import { isUtf8Name, tellsEncoding } from '../../csv/encoding.js';
import { nameProblems } from '../../csv/header.js';
import { scanCsv, type VisitRecord } from '../../csv/scan.js';
import type { DescribeOf } from '../../describe/describe.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import { InputError, UsageError, type InputProblem } from '../../errors.js';
import { inputKind } from '../../files/input-stream.js';
import type { InputMark, LoadPlan } from '../../run/record.js';
import type { ColumnTarget, ResolvedColumn } from '../check/column.js';
import { duplicateColumn, isDeletion } from '../check/header.js';
import { keyNameOf } from '../keys/key-sum.js';
import { resolveColumn } from '../check/resolve-column.js';
import { markOf } from '../plan/inputs.js';
import { isOwnColumn } from '../plan/own-columns.js';
import { requireReadable } from '../plan/open-input.js';
import { stageInput } from '../plan/stage.js';
import { convertEdited } from './convert-edited.js';
import { isOfAddedRow, KnownRows, type LeftBefore } from './known-rows.js';
import { isEmpty, type ResultFile } from './result-rows.js';

/** A result file of a load that has ended, and how many rows the load has put into it. */
export type WrittenFile = { readonly kind: ResultFile['kind']; readonly path: string; readonly rows: number };

export type EditedFiles = {
  readonly files: readonly ResultFile[];
  readonly marks: readonly InputMark[];
  /** The load's plan with the columns that the files have now. */
  readonly plan: LoadPlan;
  readonly nameInFile: (column: string) => string;
  /** How many there are in all of them. */
  readonly rows: number;
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
  readonly header: readonly string[];
  readonly warnings: readonly string[];
};

async function readFile(
  written: WrittenFile,
  known: KnownRows,
  { plan, encoding, describeOf, pathFor, signal }: EditedFilesOptions,
): Promise<ReadFile> {
  const { kind, path } = written;
  // One of the files may have been saved anew, and the other not.
  const takesGiven =
    encoding !== undefined && !((await inputKind(path)) === 'file' && (await tellsEncoding(path)));
  const reading = takesGiven ? { encoding } : {};
  const { source } = await stageInput(
    { name: path, path },
    { reading, spoolPath: pathFor(`${kind}.csv`), checked: (csv) => csv, signal },
  );
  let rows = 0;
  const problems: InputProblem[] = [];
  const add = (problem: InputProblem): void => {
    if (problems.length < mostProblems) problems.push({ ...problem, file: path });
  };
  const visitorOf = (header: readonly string[]): VisitRecord => {
    const isUnsent = unsentIn(plan);
    const servesAsId = plan.keyField === undefined && isKey(plan, 'Id') && !has(header, 'Id');
    const idName = servesAsId ? 'sf__Id' : undefined;
    const sent = header.flatMap((name, index) => (isUnsent(name) && !isSame(name, idName) ? [] : [index]));
    const problemOf = known.inFile(written, { header, sent });
    const nameless = header.flatMap((name, index) => (name.trim() === '' ? [index] : []));
    const named = [...header.entries()].filter(([, name]) => name.trim() !== '');
    for (const problem of nameProblems(named, header.length)) add(problem);
    return (record, at) => {
      for (const cell of nameless) if (!isCellEmpty(record, cell)) add(namelessValue(cell, at));
      if (isEmpty(record, sent)) return;
      rows += 1;
      const problem = problemOf(record, at);
      if (problem !== undefined) add(problem);
    };
  };
  const scan = await scanCsv(source, {
    isKnownField: isKnownIn(plan),
    takesAnyNames: true,
    dropsExtraCells: true,
    visit: visitorOf,
    signal,
  });
  if (rows > written.rows && problems.every(isOfAddedRow)) throw rowsAdded(written, rows, plan);
  if (problems.length > 0) throw new InputError(problems);
  const { warnings, ...file } = await convertEdited(
    { path: source.path, name: path, columns: scan.columns, dialect: scan.dialect },
    { plan, describeOf, path: pathFor(`${kind}.converted.csv`), signal },
  );
  return {
    file: { kind, ...file },
    mark: await markOf(path, scan),
    path,
    rows,
    header: scan.columns.filter((name) => name.trim() !== ''),
    warnings: [...(rows === written.rows ? [] : [rowsRemoved(written, rows)]), ...warnings],
  };
}

function namelessValue(cell: number, row: number): InputProblem {
  const column = String(cell + 1);
  return { code: 'EMPTY_COLUMN', row, column, message: 'There is a value, and the column has no name.' };
}

const mostProblems = 20;

/**
 * The columns of result files that are not the row's own, and those that the load has kept there. By a key, which is one of
 * those, ids are looked up again.
 */
function unsentIn({ keptColumns = [], keyField }: LoadPlan): (name: string) => boolean {
  const isId = (name: string): boolean => keyField !== undefined && isSame(name, 'Id');
  return (name) =>
    isOwnColumn(name) || isId(name) || (has(keptColumns, name.trim()) && !isSame(name, keyField));
}

function isKnownIn(plan: LoadPlan): (name: string) => boolean {
  const { columns, keyField } = plan;
  const names = new Set(
    [...columns, ...(keyField === undefined ? [] : [keyField])].map((name) => name.toLowerCase()),
  );
  const isUnsent = unsentIn(plan);
  return (name) => isUnsent(name) || names.has(name.trim().toLowerCase());
}

/** Those of the load that are still there, in its order, then those that a person has added. */
async function columnsNow(
  read: readonly ReadFile[],
  { plan, describeOf }: EditedFilesOptions,
): Promise<{ readonly columns: readonly string[]; readonly unknown: readonly string[] }> {
  const { columns, object, operation, keyField } = plan;
  const isUnsent = unsentIn(plan);
  const there = columns.filter(
    (column) => isKey(plan, column) || read.some(({ header }) => has(header, column)),
  );
  const added = read.flatMap(({ header, path }) =>
    header
      .filter((name) => !isUnsent(name) && !has([...columns, keyField ?? ''], name))
      .map((name) => ({ name, path })),
  );
  if (added.length === 0 || isDeletion(operation)) return { columns: there, unknown: [] };
  const describe = await describeOf(object);
  const fields = describe === undefined ? undefined : fieldIndexOf(describe);
  const problems: InputProblem[] = [];
  const unknown: string[] = [];
  const resolve = (name: string): Promise<ResolvedColumn> | undefined =>
    fields && resolveColumn(name, fields, describeOf);
  const setters: Setter[] = [];
  for (const name of there) {
    const resolved = await resolve(name);
    if (resolved !== undefined && 'target' in resolved) setters.push({ name, ...resolved.target });
  }
  for (const { name, path } of added) {
    const resolved = await resolve(name);
    if (resolved === undefined) continue;
    if ('target' in resolved) {
      const setter = { name, ...resolved.target };
      if (setters.some((other) => isRival(setter, other)))
        problems.push({ ...duplicateColumn(name, setter.field.name), file: path });
      setters.push(setter);
      continue;
    }
    // A person's own notes; what is nearly a field is a field with a mistake in its name.
    if (resolved.unknown && resolved.problem.message.endsWith(`"${name}".`)) unknown.push(name);
    else problems.push({ ...resolved.problem, file: path });
  }
  if (problems.length > 0) throw new InputError(problems);
  const names = new Map(added.map(({ name }) => [name.toLowerCase(), name]));
  for (const name of unknown) names.delete(name.toLowerCase());
  return { columns: [...there, ...names.values()], unknown };
}

type Setter = ColumnTarget & { readonly name: string };

/** Whether both set one field. A parent may be named by keys of several objects, as `Lead:Who.Email` and `Contact:Who.Email` do. */
function isRival(one: Setter, other: Setter): boolean {
  const areKeys = one.byParentKey && other.byParentKey;
  return one.field === other.field && !areKeys && !isSame(one.name, other.name);
}

/** The key stands for `Id` where records are found by one. Else the record's id is sent as `Id` where records are found by it and the files have no such column. */
function idColumnIn(read: readonly ReadFile[], plan: LoadPlan): (column: string) => string {
  const { keyField } = plan;
  if (keyField !== undefined) return (column) => (isKey(plan, column) ? keyField : column);
  const servesAsId = isKey(plan, 'Id') && !read.some(({ header }) => has(header, 'Id'));
  return (column) => (servesAsId && isKey(plan, column) ? 'sf__Id' : column);
}

function isKey({ operation, externalId }: LoadPlan, column: string): boolean {
  return isSame(column, keyNameOf(operation, externalId));
}

function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => isSame(name, wanted));
}

function isSame(name: string, other: string | undefined): boolean {
  return name.toLowerCase() === other?.toLowerCase();
}

function withColumns(plan: LoadPlan, columns: readonly string[]): Pick<LoadPlan, 'columns' | 'header'> {
  if (columns.join('\n') === plan.columns.join('\n')) return plan;
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  return { columns, header: columns.map((name) => encodeCell(name, delimiter)).join(delimiter) };
}

function columnsGone(plan: LoadPlan, columns: readonly string[]): string[] {
  const gone = plan.columns.filter((column) => !has(columns, column));
  return gone.length === 0
    ? []
    : [`The result files have these columns no longer, so that they aren't sent: ${gone.join(', ')}.`];
}

function columnsUnknown(names: readonly string[], { object }: LoadPlan): string[] {
  return names.length === 0
    ? []
    : [`These columns of the result files are no fields of ${object}, and aren't sent: ${names.join(', ')}.`];
}

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
  return `${gone} of ${rows} ${kind} rows have no values in ${path}, or aren't there any more: ${what} ${kind}.`;
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
