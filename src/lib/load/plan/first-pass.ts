import { readCsvHead, scanCsv, type CsvHead, type CsvScan, type VisitRecord } from '../../csv/scan.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { SourceFile } from '../../run/record.js';
import { DuplicateKeyCheck } from '../check/duplicate-keys.js';
import { headerAgain, headerAgainCheck, headerPerhaps } from '../check/misread-header.js';
import type { InvalidRows } from '../check/invalid-rows.js';
import { ProblemLog, ValueCheck } from '../check/values.js';
import { CopyWhileChecking, type EarlyCopy } from './copy-while-checking.js';
import { longRows, setAside, skippedRecords, waysOut, withWayOut } from './first-pass-messages.js';
import { formOf } from './form.js';
import { isKeyConverted, isRewritten, keySumOf, type ColumnPlan, type IsBlankRow } from './columns.js';
import { readingOf, type Reading } from './reading.js';
import { PlannedHeaders, type HeaderSetup, type PlannedHeader } from './planned-headers.js';
import { unreadRows, unreplacedRows } from './unreplaced-rows.js';
import { UnsoundRows, visitSound, type FaultOf } from './faulty-records.js';
import { bothOf, keyMatcher, unmatchedRows } from './match-keys.js';

export type FirstPassOptions = HeaderSetup & {
  readonly maxPartBytes: number;
  readonly onBytes: (source: SourceFile, bytes: number) => void;
  readonly signal: AbortSignal | undefined;
  /** Gives what takes the rows of a source that are not sent; absent: there can be none. */
  readonly invalidRows?: (() => InvalidRows) | undefined;
  /** Gives what is wrong with a row of a source, ascending, where that was found before; absent: nothing was. */
  readonly faultOf?: ((source: SourceFile) => FaultOf | undefined) | undefined;
  /** Where what is sent of a source may be written, by its number among the sources; absent: nothing is written. */
  readonly copyPath?: ((source: number) => string) | undefined;
};

export type CheckedSource = {
  readonly source: SourceFile;
  readonly scan: CsvScan;
  readonly columns: ColumnPlan;
  /** Whether its empty cells are sent as `#N/A`. */
  readonly emptyAsNull?: boolean | undefined;
  /** Tells the records that are no rows though some cell has a value. */
  readonly isBlank?: IsBlankRow | undefined;
  /** Rows that are not sent; absent where all are sent, or refused. */
  readonly invalid?: InvalidRows | undefined;
  /** What is sent of it, where that was written while it was checked. */
  readonly copy?: EarlyCopy | undefined;
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
  readonly log: { readonly add: (problem: InputProblem, line?: string) => void };
  readonly invalid: InvalidRows | undefined;
};

type CopySetup = {
  readonly head: CsvHead;
  readonly planned: PlannedHeader;
  readonly invalid: InvalidRows | undefined;
  readonly before: readonly CheckedSource[];
};

class FirstPass {
  readonly #options: FirstPassOptions;
  readonly #log = new ProblemLog();
  readonly #duplicates = new DuplicateKeyCheck();
  /** The first of each file. */
  readonly #headersPerhaps: InputProblem[] = [];
  readonly #headers: PlannedHeaders;
  readonly #reading: Reading;

  constructor(options: FirstPassOptions) {
    this.#options = options;
    this.#headers = new PlannedHeaders(options);
    this.#reading = readingOf(options.request, options.target);
  }

  async run(sources: readonly SourceFile[]): Promise<FirstPassResult> {
    const checked: CheckedSource[] = [];
    for (const source of sources) checked.push(await this.#check(source, checked));
    const repeatedKeys = await this.#compareKeys(checked);
    const { problems, total } = this.#log;
    if (problems.length > 0)
      throw new InputError(problems, {
        total,
        actions: waysOut(problems),
      });
    const warnings = [
      ...(checked[0]?.columns.warnings ?? []),
      ...checked.flatMap(skippedRecords),
      ...checked.flatMap(longRows),
      ...this.#headersPerhaps,
      ...checked.flatMap(setAside),
      ...checked.flatMap((each) => unmatchedRows(each, this.#options.target)),
      ...repeatedKeys,
    ];
    return { checked, warnings };
  }

  close(): void {
    this.#duplicates.close();
  }

  async #check(source: SourceFile, before: readonly CheckedSource[]): Promise<CheckedSource> {
    const head = await readCsvHead(source, this.#reading);
    const planned = await this.#headers.of(head.columns, source);
    const { columns, isBlank, names } = planned;
    const invalid = this.#options.invalidRows?.();
    const copy = this.#copyOf(source, { head, planned, invalid, before });
    try {
      const scan = await this.#scan(source, planned, { invalid, copy });
      const done = await copy?.end(scan);
      const { emptyAsNull } = this.#headers.requestFor(source).columns;
      return {
        source,
        scan: { ...scan, columns: names },
        columns,
        emptyAsNull,
        isBlank,
        invalid,
        copy: done,
      };
    } finally {
      await copy?.close();
    }
  }

  #scan(
    source: SourceFile,
    { columns, isBlank, names }: PlannedHeader,
    {
      invalid,
      copy,
    }: { readonly invalid: InvalidRows | undefined; readonly copy: CopyWhileChecking | undefined },
  ): Promise<CsvScan> {
    const { maxPartBytes, onBytes, signal } = this.#options;
    const request = this.#headers.requestFor(source);
    const aside = request.setAsideInvalid === true ? invalid : undefined;
    const unsound = new UnsoundRows(aside, names.length);
    const scanning = scanCsv(source, {
      ...this.#reading,
      encoding: this.#options.stagedAs(source)?.encoding,
      isBlank,
      takesUnsound: unsound.take,
      visit: () =>
        bothOf(this.#sound(source, columns, { names, log: aside ?? this.#log, invalid }), copy?.visit),
      cutsParts: !isRewritten(columns, request),
      sumRows: () => keySumOf(columns, request.operation),
      maxPartBytes,
      maxPartRows: request.limits.maxRowsPerJob,
      onProgress: (bytes) => onBytes(source, bytes),
      signal,
      pause: copy === undefined ? undefined : () => copy.pause(),
    });
    return scanning.catch((error: unknown) => {
      const isRefusal = error instanceof InputError && aside === undefined;
      const isWayOut = isRefusal && error.problems.length === unsound.count;
      throw isWayOut ? withWayOut(error) : error;
    });
  }

  /** Undefined where what is sent is the source itself, or can be told only when all of the sources are known. */
  #copyOf(
    source: SourceFile,
    { head, planned: { columns }, invalid, before }: CopySetup,
  ): CopyWhileChecking | undefined {
    const { target, copyPath, maxPartBytes, signal } = this.#options;
    const request = this.#headers.requestFor(source);
    const [first] = before;
    if (
      copyPath === undefined ||
      target?.key !== undefined ||
      request.keepColumns === true ||
      !isRewritten(columns, request)
    )
      return undefined;
    if ((first !== undefined && columns !== first.columns) || isKeyConverted(columns, request))
      return undefined;
    return new CopyWhileChecking({
      source,
      head,
      columns,
      emptyAsNull: request.columns.emptyAsNull === true,
      form: first === undefined ? undefined : formOf(first),
      keySum: keySumOf(columns, request.operation),
      invalid,
      path: copyPath(before.length),
      maxPartBytes,
      maxPartRows: request.limits.maxRowsPerJob,
      signal,
    });
  }

  #sound(source: SourceFile, columns: ColumnPlan, setup: VisitSetup): VisitRecord | undefined {
    const { name: file } = source;
    const checking = { ...setup, file };
    const held = bothOf(unreplacedRows(checking, columns), this.#unread(source, checking));
    return visitSound(
      bothOf(held, this.#visitor(source, columns, setup)),
      this.#options.faultOf?.(source),
      (problem, line) => setup.log.add({ ...problem, file }, line),
    );
  }

  #unread(source: SourceFile, checking: Parameters<typeof unreadRows>[0]): VisitRecord | undefined {
    const { target, stagedAs } = this.#options;
    const request = this.#headers.requestFor(source);
    if (target === undefined || !request.preflight || stagedAs(source)?.isTyped === true) return undefined;
    return unreadRows(checking, request, target.describe);
  }

  #visitor(
    source: SourceFile,
    { checked, key }: ColumnPlan,
    { names, log, invalid }: VisitSetup,
  ): VisitRecord | undefined {
    const { target } = this.#options;
    const request = this.#headers.requestFor(source);
    const values =
      target === undefined || !request.preflight
        ? undefined
        : new ValueCheck({
            operation: request.operation,
            describe: target.describe,
            columns: checked,
            log,
            emptyAsNull: request.columns.emptyAsNull,
            isTyped: this.#options.stagedAs(source)?.isTyped === true,
            file: source.name,
          });
    const isCompared = key !== undefined && this.#comparesKeys();
    const collect = isCompared ? this.#duplicates.collector(key, target?.ids !== undefined) : undefined;
    const match = keyMatcher(key, { ids: target?.ids, invalid });
    if (values === undefined) return bothOf(match, collect);
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
    return this.#options.request.preflight || this.#options.request.duplicateKeys === 'refuse';
  }

  /** Logs what is to be refused, and returns what is not. */
  async #compareKeys(checked: readonly CheckedSource[]): Promise<InputProblem[]> {
    const { request, target, signal } = this.#options;
    const key = checked[0]?.columns.key;
    if (key === undefined || !this.#comparesKeys() || !this.#duplicates.candidates()) return [];
    for (const { source, columns } of checked) {
      if (columns.key === undefined) continue;
      const verify = this.#duplicates.verifier(columns.key, source.name, target?.ids !== undefined);
      await scanCsv(source, { ...this.#reading, visit: () => verify, signal });
    }
    if (request.duplicateKeys !== 'refuse') return this.#duplicates.warnings(key);
    for (const problem of this.#duplicates.problems(key)) this.#log.add(problem);
    return [];
  }
}
