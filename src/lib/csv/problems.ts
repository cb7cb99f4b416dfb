import { InputError, type InputProblem } from '../errors.js';

/** What can be wrong with the structure of a CSV file. */
export type CsvProblemCode =
  | 'COLUMN_COUNT'
  | 'DUPLICATE_COLUMN'
  | 'EMPTY_COLUMN'
  | 'EMPTY_FILE'
  | 'END_OF_FILE_MARK'
  | 'FILE_CHANGED'
  | 'HEADER_TOO_LONG'
  | 'INVALID_UTF8'
  | 'LONE_CARRIAGE_RETURN'
  | 'NOT_CSV'
  | 'NUL_BYTE'
  | 'RECORD_TOO_LONG'
  | 'RECORD_TOO_LONG_FOR_PART'
  | 'TEXT_AFTER_QUOTE'
  | 'TOO_MANY_COLUMNS'
  | 'UNESCAPED_QUOTE'
  | 'UNTERMINATED_QUOTE'
  | 'VALUE_TOO_LONG'
  | 'WRONG_ENCODING';

export type CsvProblem = Omit<InputProblem, 'code' | 'file'> & {
  readonly code: CsvProblemCode;
  /** What to do about it; told once however often it is needed. */
  readonly action?: string;
  /** The same where there are no flags of a load, but the plan of a copy; absent: `action` needs none. */
  readonly actionOnFile?: string;
};

/** Who tells what to do about a problem: a load, which has flags that leave things out, or the plan of a copy, which has not. */
export type Adviser = 'load' | 'file';

export const nameColumns =
  'Give the file a first line that names every column, and remove empty columns from it.';

const longestLine = 1_000;

/** Text as messages and reasons show it: on one line, and not longer than a person reads. */
export function onOneLine(text: string): string {
  const line = text.replaceAll('\0', '\uFFFD').replaceAll(/[\r\n]+/g, ' ');
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

/** Collects what is wrong with one file, up to a number that a person still reads. */
export class ProblemList {
  readonly #file: string;
  readonly #maxProblems: number;
  readonly #problems: InputProblem[] = [];
  readonly #actions = new Set<string>();

  readonly #adviser: Adviser;

  constructor(file: string, maxProblems: number, adviser: Adviser = 'load') {
    this.#adviser = adviser;
    this.#file = file;
    this.#maxProblems = maxProblems;
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /** Notes a problem after which reading can go on. @throws InputError when the list is full */
  add({ action, actionOnFile = action, ...problem }: CsvProblem): void {
    this.#problems.push({ ...problem, file: this.#file });
    const advice = this.#adviser === 'load' ? action : actionOnFile;
    if (advice !== undefined) this.#actions.add(advice);
    if (this.#problems.length >= this.#maxProblems) throw this.#toError(true);
  }

  /** Notes a problem after which nothing more can be told. @throws InputError always */
  fail(problem: CsvProblem): never {
    this.add(problem);
    throw this.#toError(false);
  }

  /** @throws InputError with all problems, if there are any */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw this.#toError(false);
  }

  #toError(stoppedEarly: boolean): InputError {
    const actions = [...this.#actions];
    if (stoppedEarly) {
      actions.push(`Reading stopped after ${this.#problems.length} problems; there may be more.`);
    }
    return new InputError(this.#problems, { actions, data: { stoppedEarly } });
  }
}
