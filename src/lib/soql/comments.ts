import { UsageError } from '../errors.js';

/** Text in quotes, where nothing is a comment; then comments to the end of a line, and those between two marks. */
const pattern = /'(?:\\.|[^'\\])*'|--[^\r\n]*|\/\/[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/gs;

/**
 * Takes the comments out of a query as files have them: `-- …`, `// …` and `/* … *\/`. Each leaves a blank and its line
 * breaks, so that the lines of messages are those of the file.
 *
 * @throws UsageError a comment is never closed
 */
export function withoutComments(soql: string): string {
  return soql.replace(pattern, (match, at: number) => {
    if (match.startsWith("'")) return match;
    if (match.startsWith('/*') && !(match.length >= 4 && match.endsWith('*/'))) throw unclosed(soql, at);
    return ` ${match.replace(/[^\r\n]/g, '')}`;
  });
}

function unclosed(soql: string, at: number): UsageError {
  const line = soql.slice(0, at).split(/\r\n|\r|\n/).length;
  return new UsageError(`The comment that begins in line ${line} of the query is never closed.`, {
    actions: ['Close it with "*/".'],
  });
}
