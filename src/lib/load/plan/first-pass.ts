import type { IngestOperation } from '../../api/types.js';
import { readCsvHead, scanCsv, type CsvScan, type VisitRecord } from '../../csv/scan.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { SourceFile } from '../../run/record.js';
import { DuplicateKeyCheck } from '../check/duplicate-keys.js';
import { headerAgain, headerAgainCheck, headerPerhaps } from '../check/misread-header.js';
import { keyNameOf, KeySum } from '../keys/key-sum.js';
import type { InvalidRows } from '../check/invalid-rows.js';
import { ProblemLog, ValueCheck } from '../check/values.js';
import { readingOf, type Reading } from './reading.js';
import type { LoadRequest } from '../model/request.js';
import type { LoadTarget } from './target.js';
import { blankRows, type IsBlankRow, planColumns, type ColumnPlan } from './columns.js';
import { inTurn, keyMatcher, unmatchedRows } from './match-keys.js';

export type FirstPassOptions = {
  readonly request: LoadRequest;
  readonly target: LoadTarget | undefined;
  readonly maxPartBytes: number;
  readonly onBytes: (source: SourceFile, bytes: number) => void;
  readonly signal: AbortSignal | undefined;
  /** Whether a source was records, whose values have been brought into the service's form. */
  readonly isTyped: (source: SourceFile) => boolean;
  /** Gives what takes the rows of a source that are not sent; absent: there can be none. */
  readonly invalidRows?: (() => InvalidRows) | undefined;
};

export type CheckedSource = {
  readonly source: SourceFile;
  readonly scan: CsvScan;
  readonly columns: ColumnPlan;
  /** Tells the records that are no rows though some cell has a value. */
  readonly isBlank?: IsBlankRow | undefined;
  /** Rows that are not sent; absent where all are sent, or refused. */
  readonly invalid?: InvalidRows | undefined;
};

/** What the first pass has found. */
export type FirstPassResult = {
  readonly checked: readonly CheckedSource[];
  /** What stands in the way of nothing. */
  readonly warnings: readonly InputProblem[];
};

/**
 * Reads every source once: its structure, and its values against the describe. Only when two keys look alike are the
 * sources read once more, to compare the keys themselves.
 * @throws InputError with the problems of all sources
 */
export async function firstPass(
  sources: readonly SourceFile[],
  options: FirstPassOptions,
): Promise<FirstPassResult> {
  const pass = new FirstPass(options);
  try {
    return await pass.run(sources);
  } finally {
    pass.close();
  }
}

type VisitSetup = {
  readonly names: readonly string[];
  readonly log: Pick<ProblemLog, 'add'>;
  readonly invalid: InvalidRows | undefined;
};

type PlannedHeader = Pick<CheckedSource, 'columns' | 'isBlank'> & { readonly names: readonly string[] };

class FirstPass {
  readonly #options: FirstPassOptions;
  readonly #log = new ProblemLog();
  readonly #duplicates = new DuplicateKeyCheck();
  /** The first of each file. */
  readonly #headersPerhaps: InputProblem[] = [];
  readonly #headers = new Map<string, PlannedHeader>();
  readonly #reading: Reading;

  constructor(options: FirstPassOptions) {
    this.#options = options;
    this.#reading = readingOf(options.request, options.target);
  }

  async run(sources: readonly SourceFile[]): Promise<FirstPassResult> {
    const checked: CheckedSource[] = [];
    for (const source of sources) checked.push(await this.#check(source));
    const repeatedKeys = await this.#compareKeys(checked);
    const { problems, total } = this.#log;
    const { target } = this.#options;
    if (problems.length > 0)
      throw new InputError(problems, {
        actions: [...moreThan(problems.length, total), ...waysOut(problems)],
      });
    const warnings = [
      ...(checked[0]?.columns.warnings ?? []),
      ...checked.flatMap(skippedRecords),
      ...checked.flatMap(longRows),
      ...this.#headersPerhaps,
      ...checked.flatMap(setAside),
      ...checked.flatMap((each) => unmatchedRows(each, target)),
      ...repeatedKeys,
    ];
    return { checked, warnings };
  }

  close(): void {
    this.#duplicates.close();
  }

  async #check(source: SourceFile): Promise<CheckedSource> {
    const head = await readCsvHead(source, this.#reading);
    const { columns, isBlank, names } = await this.#columnsOf(head.columns, source);
    const { request, invalidRows } = this.#options;
    const invalid = invalidRows?.();
    const aside = request.setAsideInvalid === true ? invalid : undefined;
    let mayBeSetAside = 0;
    const takesUnsound = (problem: InputProblem): boolean => {
      mayBeSetAside += 1;
      aside?.add(problem);
      return aside !== undefined;
    };
    const scan = await scanCsv(source, {
      ...this.#reading,
      isBlank,
      takesUnsound,
      visit: () => this.#visitor(source, columns, { names, log: aside ?? this.#log, invalid }),
      sumRows: () => keySumOf(columns, request.operation),
      maxPartBytes: this.#options.maxPartBytes,
      maxPartRows: request.limits.maxRowsPerJob,
      onProgress: (bytes) => this.#options.onBytes(source, bytes),
      signal: this.#options.signal,
    }).catch((error: unknown) => {
      const isRefusal = error instanceof InputError && aside === undefined;
      const isWayOut = isRefusal && error.problems.length === mayBeSetAside;
      throw isWayOut ? withWayOut(error) : error;
    });
    return { source, scan: { ...scan, columns: names }, columns, isBlank, invalid };
  }

  /** Very many files of a load have the same header: what is decided of it is there once. */
  async #columnsOf(names: readonly string[], source: SourceFile): Promise<PlannedHeader> {
    const key = JSON.stringify([this.#options.isTyped(source), ...names]);
    let planned = this.#headers.get(key);
    if (planned === undefined) {
      const request = this.#requestFor(source);
      const columns = await planColumns(names, source.name, request, this.#options.target);
      planned = { names, columns, isBlank: blankRows(request.operation, columns.sent, names.length) };
      this.#headers.set(key, planned);
    }
    return planned;
  }

  #requestFor(source: SourceFile): LoadRequest {
    const { request, isTyped } = this.#options;
    return isTyped(source) ? { ...request, columns: { ...request.columns, formats: undefined } } : request;
  }

  #visitor(
    source: SourceFile,
    { checked, key }: ColumnPlan,
    { names, log, invalid }: VisitSetup,
  ): VisitRecord | undefined {
    const { request, target, isTyped } = this.#options;
    const values =
      target === undefined || !request.preflight
        ? undefined
        : new ValueCheck({
            operation: request.operation,
            describe: target.describe,
            columns: checked,
            log,
            emptyAsNull: request.columns.emptyAsNull,
            isTyped: isTyped(source),
            file: source.name,
          });
    const collect = key === undefined || !this.#comparesKeys() ? undefined : this.#duplicates.collector(key);
    const match = keyMatcher(key, { ids: target?.ids, invalid, isChecked: values !== undefined });
    if (values === undefined) return inTurn(match, collect);
    const isHeaderAgain = headerAgainCheck(names);
    let isTold = false;
    return (record, row) => {
      const headerLike = isHeaderAgain(record);
      if (headerLike === 'certain') {
        log.add({ ...headerAgain, file: source.name, row });
        return;
      }
      if (headerLike === 'possible' && !isTold) {
        isTold = true;
        this.#headersPerhaps.push(headerPerhaps(source.name, row, names[0] ?? ''));
      }
      values.visit(record, row);
      match?.(record, row);
      collect?.(record, row);
    };
  }

  /** Also without a preflight, for those who want such files refused. */
  #comparesKeys(): boolean {
    const { preflight, duplicateKeys } = this.#options.request;
    return preflight || duplicateKeys === 'refuse';
  }

  /** Logs what is to be refused, and returns what is not. */
  async #compareKeys(checked: readonly CheckedSource[]): Promise<InputProblem[]> {
    const { request, signal } = this.#options;
    const key = checked[0]?.columns.key;
    if (key === undefined || !this.#comparesKeys() || !this.#duplicates.candidates()) return [];
    for (const { source, columns } of checked) {
      if (columns.key === undefined) continue;
      const verify = this.#duplicates.verifier(columns.key, source.name);
      await scanCsv(source, { ...this.#reading, visit: () => verify, signal });
    }
    if (request.duplicateKeys !== 'refuse') return this.#duplicates.warnings(key);
    for (const problem of this.#duplicates.problems(key)) this.#log.add(problem);
    return [];
  }
}

/** Of the key's cell in the input, whatever it is called there. A constant is no key. */
function keySumOf({ sent, externalId }: ColumnPlan, operation: IngestOperation): KeySum | undefined {
  const name = keyNameOf(operation, externalId)?.toLowerCase();
  const column = sent.find((each) => each.name.toLowerCase() === name);
  return column !== undefined && 'index' in column ? new KeySum(column.index, column.name) : undefined;
}

/** Records that are no rows; where there is but one column, blank lines may be records. */
function skippedRecords({ source: { name: file }, scan }: CheckedSource): InputProblem[] {
  const count = scan.emptyRows + (scan.columns.length === 1 ? scan.blankLines : 0);
  if (count === 0) return [];
  const message =
    count === 1
      ? `1 row of ${file} has no values and is skipped.`
      : `${count} rows of ${file} have no values and are skipped.`;
  return [{ code: 'EMPTY_ROWS', file, message }];
}

function longRows({ source: { name: file }, scan: { longRows: count } }: CheckedSource): InputProblem[] {
  if (count === 0) return [];
  const rows = count === 1 ? '1 row' : `${count} rows`;
  const message = `${rows} of ${file} had empty cells beyond the columns of the header, which are dropped.`;
  return [{ code: 'LONG_ROWS', file, message }];
}

function moreThan(shown: number, total: number): string[] {
  return total > shown ? [`These are ${shown} of ${total} problems in all.`] : [];
}

/** Of a file whose structure is broken in rows that can be told apart from the others. */
function withWayOut(error: InputError): InputError {
  const actions = [...error.actions, setAsideAction];
  return new InputError(error.problems, { actions, data: error.data, cause: error.cause });
}

const setAsideAction =
  'Or add --set-aside-invalid, which sends the other rows and puts these into the file of failed records.';

/** What to do about rows that are refused. */
function waysOut(problems: readonly InputProblem[]): string[] {
  if (problems.every(({ code }) => code === 'DUPLICATE_KEY')) return [];
  return [
    'Fix these rows; or add --set-aside-invalid, which sends the others and puts these into the file of failed records.',
    'If the check is wrong, skip it with --no-preflight: what is sent stays the same.',
  ];
}

function setAside({ source: { name: file }, invalid }: CheckedSource): InputProblem[] {
  const count = (invalid?.count ?? 0) - (invalid?.unmatched ?? 0);
  if (count === 0) return [];
  const message =
    count === 1
      ? `1 invalid row of ${file} is set aside: it is not sent, and goes into the file of failed records.`
      : `${count} invalid rows of ${file} are set aside: they are not sent, and go into the file of failed records.`;
  return [{ code: 'SET_ASIDE', file, message }];
}
