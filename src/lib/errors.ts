import { withoutSecrets } from './secrets.js';

/**
 * Every error that this library throws on purpose. `name` tells the kind, `message` tells what happened and to
 * what, `actions` tells what to do next; `data` carries figures for programs.
 */
export class Bulk2Error extends Error {
  /** What a person can do next, one sentence each; may be empty. */
  readonly actions: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
  /** The org's own code, such as `INVALID_FIELD`, where a call of `BulkV2` throws an error of the org. */
  declare readonly errorCode?: string | undefined;

  constructor(message: string, detail: ErrorDetail = {}) {
    super(withoutSecrets(message), { cause: detail.cause });
    this.name = new.target.name;
    this.actions = detail.actions?.map(withoutSecrets) ?? [];
    this.data = detail.data ?? {};
  }
}

/** What an error of this library is made with, beside its message. */
export type ErrorDetail = {
  readonly actions?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/** An option or a combination of options that cannot be used. Nothing was read or sent. */
export class UsageError extends Bulk2Error {}

/** One thing that is wrong with an input, and where. Rows count data records from 1; the header is row 0. */
export type InputProblem = {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly row?: number;
  readonly column?: string;
};

/** The input was refused before anything was sent. `problems` lists all that were found, in the input's order. */
export class InputError extends Bulk2Error {
  readonly problems: readonly InputProblem[];

  /** @param detail `total`: how many problems there are, where not all of them are told */
  constructor(
    problems: readonly InputProblem[],
    { total = problems.length, ...detail }: ErrorDetail & { readonly total?: number } = {},
  ) {
    const more = total - problems.length;
    const rest =
      more > 0 ? [`… and ${more.toLocaleString('en-US')} more ${more === 1 ? 'problem' : 'problems'}.`] : [];
    super([...problems.map(describeProblem), ...rest].join('\n'), {
      ...detail,
      data: { ...detail.data, problems },
    });
    this.problems = problems;
  }
}

function describeProblem(problem: InputProblem): string {
  const place = [
    problem.file,
    problem.row === undefined ? undefined : problem.row === 0 ? 'header' : `row ${problem.row}`,
    problem.column === undefined ? undefined : `column ${problem.column}`,
  ].filter((part) => part !== undefined);
  return place.length === 0 ? problem.message : `${place.join(', ')}: ${problem.message}`;
}

/** Rows are missing or too many: the figures that should agree do not. Nothing is taken for complete. */
export class RowCountError extends Bulk2Error {}
