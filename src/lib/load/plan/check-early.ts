import { CsvScanner } from '../../csv/csv-scanner.js';
import { ProblemList } from '../../csv/problems.js';
import { streamWindows } from '../../csv/windows.js';
import { InputError } from '../../errors.js';
import { withWayOut } from './first-pass-messages.js';
import type { Reading } from './reading.js';

/** Reads on for so long after the first problem, to tell more of them at once. */
const readOnBytes = 64 * 1024 * 1024;

export type EarlyCheck = {
  /** What messages call the input. */
  readonly name: string;
  readonly reading: Reading;
  /** Refuses a header by throwing. */
  readonly checkColumns: (columns: readonly string[]) => Promise<unknown>;
};

/**
 * Passes CSV on, and ends with the problems of its header and structure long before all of it has come. Whatever is
 * wrong near its end is left to the first pass.
 * @throws InputError
 */
export async function* checkedEarly(csv: AsyncIterable<Buffer>, check: EarlyCheck): AsyncGenerator<Buffer> {
  let refused = 0;
  const takesUnsound: Reading['takesUnsound'] = (problem, record) => {
    const isTaken = check.reading.takesUnsound?.(problem, record) === true;
    if (!isTaken) refused += 1;
    return isTaken;
  };
  try {
    yield* checked(csv, { ...check, reading: { ...check.reading, takesUnsound } });
  } catch (error) {
    const isOfRows = error instanceof InputError && error.problems.every(({ row = 0 }) => row > 0);
    throw isOfRows && error.problems.length === refused ? withWayOut(error) : error;
  }
}

async function* checked(
  csv: AsyncIterable<Buffer>,
  { name, reading, checkColumns }: EarlyCheck,
): AsyncGenerator<Buffer> {
  const problems = new ProblemList(name, 20);
  const scanner = new CsvScanner({ ...reading, maxPartBytes: Infinity, maxPartRows: Infinity }, problems);
  let unchecked = true;
  let sinceProblem = 0;
  for await (const window of streamWindows(csv)) {
    scanner.push(window);
    const { columns } = scanner;
    if (unchecked && columns !== undefined) {
      await checkColumns(columns);
      unchecked = false;
    }
    if (!problems.isEmpty) sinceProblem += window.to - window.newFrom;
    if (sinceProblem > readOnBytes) problems.throwIfAny();
    yield window.bytes.subarray(window.newFrom, window.to);
  }
}
