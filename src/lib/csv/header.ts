import { cellText } from './cells.js';
import { serviceLimits } from './limits.js';
import type { CsvProblem, ProblemList } from './problems.js';
import type { CsvRecord } from './record-tokenizer.js';

/** Reads the names of a header record and notes what no service could make sense of. */
export function readHeaderNames(header: CsvRecord, problems: ProblemList, takesAnyNames = false): string[] {
  if (header.count > serviceLimits.columns) {
    problems.fail({
      code: 'TOO_MANY_COLUMNS',
      row: 0,
      message: `The header has ${header.count} columns; the service takes ${serviceLimits.columns}.`,
    });
  }
  const columns = Array.from({ length: header.count }, (_, index) => cellText(header, index));
  if (!takesAnyNames)
    for (const problem of nameProblems(columns.entries(), columns.length)) problems.add(problem);
  checkLength(header, problems);
  return columns;
}

/**
 * What is wrong with the names of columns, by their places from 0 among `count`. Names are compared without regard to
 * case, as the service does.
 */
export function nameProblems(columns: Iterable<readonly [number, string]>, count: number): CsvProblem[] {
  const firstOfName = new Map<string, number>();
  return Array.from(columns).flatMap(([index, name]): CsvProblem[] => {
    const key = name.trim().toLowerCase();
    const first = firstOfName.get(key);
    if (key === '') return [namelessColumn(index, count)];
    if (first === undefined) {
      firstOfName.set(key, index);
      return [];
    }
    return [
      {
        code: 'DUPLICATE_COLUMN',
        row: 0,
        column: name,
        message: `"${name}" is the name of both column ${first + 1} and column ${index + 1}.`,
        action: 'Keep one of the columns with the same name.',
      },
    ];
  });
}

function namelessColumn(index: number, count: number): CsvProblem {
  return {
    code: 'EMPTY_COLUMN',
    row: 0,
    column: String(index + 1),
    message: `Column ${index + 1} of ${count} has no name.`,
    action:
      'Name every column after a field, or leave those without a name out with --ignore-unknown-columns.',
  };
}

function checkLength({ bytes, start, end }: CsvRecord, problems: ProblemList): void {
  if (end - start <= serviceLimits.headerCharacters) return;
  const characters = bytes.toString('utf8', start, end).length;
  if (characters <= serviceLimits.headerCharacters) return;
  problems.add({
    code: 'HEADER_TOO_LONG',
    row: 0,
    message: `The header has ${characters} characters; the service takes ${serviceLimits.headerCharacters}.`,
  });
}
