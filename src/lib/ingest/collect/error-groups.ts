import { messagePattern } from './message-pattern.js';
import { isTransient, parseRowError, type RowError } from './row-error.js';

/** Rows that failed in the same way. */
export type ErrorGroup = {
  /** The service's code (`UNABLE_TO_LOCK_ROW`); `OTHER` for all that found no room among the groups. */
  readonly code: string;
  /** The message; `…` stands where the messages of the group have different ids or values. */
  readonly message: string;
  readonly fields: readonly string[];
  readonly count: number;
  /** Whether the same rows can succeed when they are sent again. */
  readonly transient: boolean;
  readonly sample: ErrorSample;
};

/** One real row of a group: the first that was met. */
export type ErrorSample = {
  /** The whole message. */
  readonly message: string;
  /** Where the row is in the input, when that is known. */
  readonly file?: string;
  readonly row?: number;
  readonly id?: string;
  /** The row's own columns; long values are cut. */
  readonly values?: Readonly<Record<string, string>>;
};

/** What a group remembers of its first row; read only when a new group begins. */
export type DescribeFailedRow = () => Omit<ErrorSample, 'message'>;

type OpenGroup = { error: RowError; pattern: string; uniform: boolean; count: number; sample: ErrorSample };

const MAX_REPORTED = 100;
const MAX_OPEN = 1_000;
const MAX_REMEMBERED_TEXTS = 2_000;

/** Counts failed rows by code and by what is constant in their message, in bounded memory. */
export class ErrorGroups {
  readonly #groups = new Map<string, OpenGroup>();
  /** Spares most rows the parsing: rows of one group often have the very same text. */
  readonly #byText = new Map<string, OpenGroup>();
  #overflow: OpenGroup | undefined;

  add(text: string, describe: DescribeFailedRow): void {
    const group = this.#byText.get(text) ?? this.#groupOf(text, describe);
    group.count++;
  }

  /** Most rows first; at most 100 groups and one of code `OTHER` for the rest. */
  report(): readonly ErrorGroup[] {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    const rest = groups.slice(MAX_REPORTED);
    if (this.#overflow !== undefined) rest.push(this.#overflow);
    const reported = groups.slice(0, MAX_REPORTED).map(toErrorGroup);
    const [first] = rest;
    if (first === undefined) return reported;
    const count = rest.reduce((sum, group) => sum + group.count, 0);
    return [
      ...reported,
      { code: 'OTHER', message: 'Other errors', fields: [], count, transient: false, sample: first.sample },
    ];
  }

  #groupOf(text: string, describe: DescribeFailedRow): OpenGroup {
    const error = parseRowError(text);
    const pattern = messagePattern(error.message);
    const key = `${error.code}\n${error.fields.join()}\n${pattern}`;
    let group = this.#groups.get(key);
    if (group === undefined) group = this.#begin(key, { error, pattern }, describe);
    else if (group.error.message !== error.message) group.uniform = false;
    if (this.#byText.size < MAX_REMEMBERED_TEXTS) this.#byText.set(text, group);
    return group;
  }

  #begin(key: string, kind: { error: RowError; pattern: string }, describe: DescribeFailedRow): OpenGroup {
    if (this.#groups.size >= MAX_OPEN && this.#overflow !== undefined) return this.#overflow;
    const sample = { message: kind.error.message, ...describe() };
    const group = { ...kind, uniform: true, count: 0, sample };
    if (this.#groups.size < MAX_OPEN) this.#groups.set(key, group);
    else this.#overflow = group;
    return group;
  }
}

function toErrorGroup({ error, pattern, uniform, count, sample }: OpenGroup): ErrorGroup {
  const { code, message, fields } = error;
  return {
    code,
    message: uniform ? message : pattern,
    fields,
    count,
    transient: isTransient(code, message),
    sample,
  };
}
