import {
  messagePattern,
  withoutNumbers,
  isTransient,
  parseRowError,
  type RowError,
} from './error-message.js';

/** Rows that failed in the same way. */
export type ErrorGroup = {
  /** The service's code (`UNABLE_TO_LOCK_ROW`); `OTHER` for all that found no room among the groups. */
  readonly code: string;
  /** The message, as the sample has it; `…` stands where the messages of the group have different ids or values. */
  readonly message: string;
  readonly fields: readonly string[];
  readonly count: number;
  /** Whether the same rows can succeed when they are sent again. */
  readonly transient: boolean;
  readonly sample: ErrorSample;
};

/** One real row of a group: the first that was met. */
export type ErrorSample = {
  /** The message; one of over 1,000 characters is cut, and ends with `…`. The failed-records file has it whole. */
  readonly message: string;
  /** Where the row is in the input, when that is known. */
  readonly file?: string;
  readonly row?: number;
  readonly id?: string;
  /** The row's own columns; long values are cut. */
  readonly values?: Readonly<Record<string, string>>;
};

/** Tells of a row what a group remembers of its first one. */
export type DescribeRow = () => Omit<ErrorSample, 'message'>;

type OpenGroup = {
  readonly text: string;
  readonly error: RowError;
  readonly pattern: string;
  readonly sample: ErrorSample;
  /** All messages so far are the same to the letter. */
  isUniform: boolean;
  count: number;
};

const mostReported = 100;
const mostOpen = 1_000;
const mostShortcuts = 5_000;
/** Of a message: some repeat a value of the row, which may have 131,072. */
const mostCharacters = 1_000;

/** Counts failed rows by code and by what is constant in their message, in bounded memory. */
export class ErrorGroups {
  readonly #groups = new Map<string, OpenGroup>();
  /** Most rows find their group by a text that is cheap to make; patterns are made for new kinds of text only. */
  readonly #shortcuts = new Map<string, OpenGroup>();
  #overflow: OpenGroup | undefined;

  /** @param text the row's `sf__Error` */
  add(text: string, describe: DescribeRow): void {
    const group =
      text.length > mostCharacters ? this.#groupOf(text, describe) : this.#shortlyOf(text, describe);
    group.count++;
    if (group.isUniform && group.text !== cut(text)) group.isUniform = false;
  }

  /** Most rows first; at most 100 groups, and one of code `OTHER` for the rest. */
  report(): readonly ErrorGroup[] {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    const rest = groups.splice(mostReported);
    if (this.#overflow !== undefined) rest.push(this.#overflow);
    const reported = groups.map(toErrorGroup);
    const [first] = rest;
    return first === undefined ? reported : [...reported, otherErrors(rest, first.sample)];
  }

  #shortlyOf(text: string, describe: DescribeRow): OpenGroup {
    const codeEnd = text.indexOf(':');
    const shortcut = text.slice(0, codeEnd) + withoutNumbers(text.slice(codeEnd));
    const known = this.#shortcuts.get(shortcut);
    if (known !== undefined) return known;
    const group = this.#groupOf(text, describe);
    if (this.#shortcuts.size < mostShortcuts) this.#shortcuts.set(shortcut, group);
    return group;
  }

  #groupOf(text: string, describe: DescribeRow): OpenGroup {
    const { code, message, fields } = parseRowError(text);
    const error = { code, message: cut(message), fields };
    const pattern = messagePattern(error.message);
    const key = [error.code, error.fields.join(), pattern].join('\n');
    const known = this.#groups.get(key) ?? (this.#groups.size < mostOpen ? undefined : this.#overflow);
    if (known !== undefined) return known;
    const sample = { message: error.message, ...describe() };
    const own = { ...error, code: copied(code), fields: fields.map(copied) };
    const group = { text: cut(text), error: own, pattern, sample, isUniform: true, count: 0 };
    if (this.#groups.size < mostOpen) this.#groups.set(key, group);
    else this.#overflow = group;
    return group;
  }
}

function toErrorGroup({ error, pattern, isUniform, count, sample }: OpenGroup): ErrorGroup {
  const { code, message, fields } = error;
  const transient = isTransient(code, message);
  return { code, message: isUniform ? message : pattern, fields, count, transient, sample };
}

function otherErrors(groups: readonly OpenGroup[], sample: ErrorSample): ErrorGroup {
  const count = groups.reduce((total, group) => total + group.count, 0);
  return { code: 'OTHER', message: 'Other errors', fields: [], count, transient: false, sample };
}

function cut(text: string): string {
  if (text.length <= mostCharacters) return text;
  return `${copied(text.slice(0, mostCharacters))}…`;
}

/** A part of a text would keep all of that in memory. */
function copied(text: string): string {
  return Buffer.from(text).toString();
}
