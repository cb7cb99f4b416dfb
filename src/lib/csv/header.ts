import { cellText } from './cells.js';
import { serviceLimits } from './limits.js';
import type { ProblemList } from './problems.js';
import type { CsvRecord } from './record-tokenizer.js';

/** Reads the names of a header record and notes what no service could make sense of. */
export function readHeaderNames(header: CsvRecord, problems: ProblemList): string[] {
  if (header.count > serviceLimits.columns) {
    problems.fail({
      code: 'TOO_MANY_COLUMNS',
      row: 0,
      message: `The header has ${header.count} columns; the service takes ${serviceLimits.columns}.`,
    });
  }
  const columns = Array.from({ length: header.count }, (_, index) => cellText(header, index));
  checkNames(columns, problems);
  checkLength(header, problems);
  return columns;
}

/** Names are compared without regard to case, as the service does. */
function checkNames(columns: readonly string[], problems: ProblemList): void {
  const firstOfName = new Map<string, number>();
  for (const [index, name] of columns.entries()) {
    const key = name.trim().toLowerCase();
    const first = firstOfName.get(key);
    if (key === '') {
      problems.add({
        code: 'EMPTY_COLUMN',
        row: 0,
        column: String(index + 1),
        message: `Column ${index + 1} of ${columns.length} has no name.`,
        action: 'Name every column, or remove the ones without a name.',
      });
    } else if (first === undefined) firstOfName.set(key, index);
    else {
      problems.add({
        code: 'DUPLICATE_COLUMN',
        row: 0,
        column: name,
        message: `"${name}" is the name of both column ${first + 1} and column ${index + 1}.`,
        action: 'Keep one of the columns with the same name.',
      });
    }
  }
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
