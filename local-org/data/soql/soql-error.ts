import { OrgError } from '../../contracts.ts';

/** An error of the query at a place in it, worded as the service does: the line, a caret, the position, the text. */
export function soqlError(
  errorCode: string,
  soql: string,
  { at, text }: { at: number; text: string },
): OrgError {
  const before = soql.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const [line = ''] = soql.slice(lineStart).split('\n', 1);
  const row = before.split('\n').length;
  const column = at - lineStart + 1;
  const caret = `${' '.repeat(column - 1)}^`;
  return new OrgError(errorCode, `\n${line}\n${caret}\nERROR at Row:${row}:Column:${column}\n${text}`);
}
