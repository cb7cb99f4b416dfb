import { basename } from 'node:path';
import type { DescribeOf } from '../describe/describe.js';
import { InputError, UsageError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import type { InputMark } from '../run/input-mark.js';
import type { LoadPlan } from '../run/record.js';
import { isUnreplaced } from './check/unreplaced.js';
import { ProblemLog } from './check/values.js';
import { IdsByKey, requireKeyField, type QueryCsv } from './plan/ids-by-key.js';
import { clearedColumns, emptyCellsNotice, nullsFor, rowCheckFor } from './retry/check-rows.js';
import { has } from './retry/edited-columns.js';
import { readEditedFiles, type EditedFiles, type WrittenFile } from './retry/edited-files.js';
import type { LeftBefore } from './retry/known-rows.js';
import { planRows, type RowPlan } from './retry/plan-rows.js';
import type { ResultRow } from './retry/result-rows.js';
import { isSkippedRow } from './skip-modified.js';
import { wasNotSent } from './model/not-sent.js';

/** What is read for a retry. */
export type RetryReading = {
  readonly describeOf: DescribeOf;
  /** Of result files that are no longer in UTF-8. */
  readonly encoding?: string | undefined;
  /** Reads records of the org. Needed for an update that has found its records by a key. */
  readonly queryCsv?: QueryCsv | undefined;
};

type Setup = RetryReading & {
  readonly plan: LoadPlan;
  readonly left: LeftBefore | undefined;
  /** Of the load. */
  readonly name: string;
  readonly runId: string;
  readonly context: RunContext;
};

/** Rows of result files, planned to be sent or put aside. */
export type RetriedRows = {
  readonly plan: LoadPlan;
  readonly marks: readonly InputMark[];
  readonly setAside: LoadPlan['setAside'];
  readonly warnings: readonly string[];
};

/**
 * Plans the rows of a load's result files as they are now. Each is sent, or put aside: what no check lets through, has no values,
 * finds no record by its key, or was skipped by a change by query.
 * @throws InputError rows are invalid, and the load was not to set those aside
 * @throws UsageError nothing is left to send
 */
export async function planRetriedRows(written: readonly WrittenFile[], setup: Setup): Promise<RetriedRows> {
  const { plan, left, encoding, name, runId, describeOf, context } = setup;
  const { store, signal } = context;
  const pathFor = (name: string): string => store.pathFor(runId, `retry.${name}`);
  const reading = { encoding, describeOf, keepsValueless: true, pathFor, signal };
  const now = await readEditedFiles({ plan, files: written, left, ...reading });
  const unsent = new UnsentRows(written);
  const rows = await planThenClose(now, unsent, setup);
  if (unsent.log.problems.length > 0 && plan.options?.setAsideInvalid !== true) throw unsent.refusal();
  const { sent, setAside } = rows;
  const missing = now.missing.count > 0 ? now.missing : undefined;
  const cleared = plan.options?.emptyAsNull === true ? { clearedColumns: clearedColumns(plan) } : {};
  const warnings = [
    ...now.warnings,
    ...emptyCellsNotice(plan),
    ...unsent.warnings(now.rows + now.valueless, plan),
  ];
  const isWhole = (sent?.rows ?? 0) + (setAside?.rows ?? 0) === now.rows + now.valueless;
  if (sent !== undefined && isWhole)
    return {
      plan: { ...now.plan, ...sent, ...cleared, missing },
      marks: now.marks,
      setAside,
      warnings,
    };
  const names = written.map(({ path }) => path).join(' and ');
  if (!isWhole) {
    throw new UsageError(`${names} changed while the rows were read.`, {
      actions: ['Retry once they are saved.'],
    });
  }
  if (unsent.warnings(0, plan).length > 0) throw unsent.noneIsLeft(warnings, names, plan);
  throw new UsageError(`The result files of job ${name} have no rows with values, so that nothing is sent.`);
}

async function planThenClose(now: EditedFiles, unsent: UnsentRows, setup: Setup): Promise<RowPlan> {
  const { runId, describeOf, context } = setup;
  const { store, signal } = context;
  const pathFor = (name: string): string => store.pathFor(runId, `retry.${name}`);
  const { plan, files, nameInFile } = now;
  const nulls = await nullsFor(plan, setup.plan, describeOf);
  const isClearing =
    nulls !== undefined && plan.columns.every((name) => has(clearedColumns(setup.plan), name));
  const check = await rowCheckFor(plan, { describeOf, nameInFile, emptyAsNull: isClearing });
  const ids = await idsFor(setup, pathFor('ids-by-key'));
  const form = { plan, files, nameInFile, ids, check, nulls, keepsValueless: true, describeOf };
  const choice = { isSent: () => true, faultOf: (row: ResultRow) => unsent.faultOf(row) };
  const setAsidePath = store.pathFor(runId, 'set-aside.csv');
  try {
    return await planRows({ ...form, ...choice, pathFor, setAsidePath, firstPart: 0, signal });
  } finally {
    await ids?.close();
  }
}

/** The ids of records by the key that the load has found them by: they are looked up again. */
async function idsFor(
  { plan: { object, keyField }, describeOf, queryCsv, context }: Setup,
  path: string,
): Promise<IdsByKey | undefined> {
  if (keyField === undefined) return undefined;
  if (queryCsv === undefined) throw new TypeError('Nothing reads the ids of records here.');
  const describe = await describeOf(object);
  if (describe === undefined) throw new UsageError(`The org has no object "${object}" any more.`);
  return IdsByKey.read({ describe, field: requireKeyField(describe, keyField), queryCsv, context, path });
}

/** Rows of a retry that are not sent, by why they are not. */
class UnsentRows {
  readonly log = new ProblemLog();
  readonly #paths: ReadonlyMap<string, string>;
  #skipped = 0;
  #valueless = 0;
  #invalid = 0;
  #unmatched = 0;

  constructor(written: readonly WrittenFile[]) {
    this.#paths = new Map(written.map(({ kind, path }) => [kind, path]));
  }

  /** The `sf__Error` of a row that isn't sent; undefined for one that is. */
  faultOf({ kind, error, problems, hasValues, fault }: ResultRow): string | undefined {
    if (isSkippedRow(error)) {
      this.#skipped += 1;
      return error;
    }
    if (!hasValues) {
      this.#valueless += 1;
      return wasNotSent(error) ? error : 'NOT_SENT: The row has no values.';
    }
    if (problems.length === 0 && fault === undefined) return undefined;
    if (problems.length > 0) this.#invalid += 1;
    else this.#unmatched += 1;
    for (const problem of problems) this.log.add({ ...problem, file: this.#paths.get(kind) ?? '' });
    const reasons = problems.map(({ column, message }) =>
      column === undefined ? message : `${column}: ${message}`,
    );
    // Says what the load could not write.
    if (isUnreplaced(problems) && fault === undefined && wasNotSent(error)) return error;
    const { code = 'NOT_SENT', message } = fault ?? {};
    return `${code}: ${[...reasons, ...(message === undefined ? [] : [message])].join(' ')}`;
  }

  /** A sentence for each reason. @param all how many rows there are with and without values */
  warnings(all: number, plan: LoadPlan): string[] {
    const of = (rows: number, one: string, several: string): string[] =>
      rows === 0 ? [] : [`${rows.toLocaleString('en-US')} of ${rowsText(all)} ${rows === 1 ? one : several}`];
    const match = `no single ${plan.object} by ${plan.keyField}.`;
    return [
      ...(this.#skipped === 0 ? [] : [leftAlone(this.#skipped, plan)]),
      ...of(this.#valueless, `has no values: ${notSent[0]}`, `have no values: ${notSent[1]}`),
      ...of(this.#invalid, `is still invalid: ${notSent[0]}`, `are still invalid: ${notSent[1]}`),
      ...of(this.#unmatched, `still matches ${match}`, `still match ${match}`),
    ];
  }

  refusal(): InputError {
    const { problems, total } = this.log;
    return new InputError(problems, {
      total,
      actions: ['Fix these rows, or remove them: they stay failed then. Then retry.'],
    });
  }

  /** Why a retry that would send nothing isn't begun. */
  noneIsLeft(warnings: readonly string[], names: string, { keyField }: LoadPlan): UsageError {
    const { problems } = this.log;
    const told = problems.map(({ file = '', row, column, message }) => {
      const name = this.#paths.size > 1 ? `${basename(file)}, row ${row}` : `Row ${row}`;
      return column === undefined ? `${name}: ${message}` : `${name}, ${column}: ${message}`;
    });
    const reasons = [...warnings, ...told].join(' ');
    return this.#unmatched === 0
      ? new UsageError(`Nothing was sent. ${reasons}`, { actions: [`Fix the rows in ${names}; then retry.`] })
      : new UsageError(`Nothing was sent. ${reasons}`, {
          actions: [`Fix the values of ${keyField} in ${names}, or create the records; then retry.`],
        });
  }
}

const notSent = ['it is not sent, and stays failed.', 'they are not sent, and stay failed.'] as const;

function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${rows.toLocaleString('en-US')} rows`;
}

/** What this load did not send, a retry does not send either: it would replace what was written since. */
function leftAlone(skipped: number, { operation, object }: LoadPlan): string {
  const records = skipped === 1 ? '1 record' : `${skipped.toLocaleString('en-US')} records`;
  return (
    `A retry doesn't send what was skipped because somebody had modified it: ${records}. To change such a record all the ` +
    `same, copy its row into a file of its own: sf bulk2 ${operation} --sobject ${object} --file FILE`
  );
}
