import { InputError } from '../errors.js';
import { type ColumnMapping, mappingRule } from './mapping.js';

export type SdlOptions = {
  /** What messages call the mapping file. */
  readonly file: string;
};

/**
 * Reads a Data Loader mapping file (`.sdl`): `Column=Field`, one column to several fields (`Column=A,B`), constants
 * (`"value"=Field`), and Data Loader's ways to name a parent's field (`Owner:Username`, `Owner:User-Username`). As in
 * Data Loader, columns that are not in it are left out, and lines for columns that are not in the input are passed
 * over.
 *
 * @throws InputError with the line for what Data Loader joins or misreads: `A,B=Field`, and spaces without `\`.
 */
export function parseSdl(text: string, { file }: SdlOptions): ColumnMapping {
  return {
    rules: parseProperties(text).map((entry) => {
      requirePlain(entry, file);
      const { from, fields } = mappingRule(entry.key, entry.value);
      return { from, fields: fields.map(serviceFieldName) };
    }),
    keepsOtherColumns: false,
    needsEveryColumn: false,
  };
}

function requirePlain({ key, value, line }: PropertyEntry, file: string): void {
  const isConstant = key.startsWith('"') && key.endsWith('"');
  const message = value.includes('=')
    ? `Line ${line}: spaces, colons and equal signs in a column's name need a backslash before them.`
    : !isConstant && key.includes(',')
      ? `Line ${line} joins several columns into one field, which is not supported.`
      : undefined;
  if (message !== undefined) throw new InputError([{ code: 'MAPPING', file, message }]);
}

/**
 * `Owner:Username` and `Owner:User-Username` as the service writes them: `Owner.Username`, `User:Owner.Username`. The
 * object is right only where the relationship leads to several, which the load finds out (`withoutNeedlessType`).
 */
function serviceFieldName(field: string): string {
  const match = /^(?<relationship>[^:.]+):(?:(?<object>[^-.]+)-)?(?<parentField>[^-.]+)$/.exec(field);
  const { relationship, object, parentField } = match?.groups ?? {};
  if (relationship === undefined || parentField === undefined) return field;
  const path = `${relationship}.${parentField}`;
  return object === undefined ? path : `${object}:${path}`;
}

/** An entry of a Java properties file, and the line it begins on, from 1. */
export type PropertyEntry = { readonly key: string; readonly value: string; readonly line: number };

/** Reads a Java properties file: comments, continued lines, and escapes (java.util.Properties: load). */
export function parseProperties(text: string): PropertyEntry[] {
  return logicalLines(text).map(({ content, line }) => {
    const key = /^(?:\\.|[^\\=:\s])*/s.exec(content)?.[0] ?? '';
    const value = content.slice(key.length).replace(/^\s*[=:]?\s*/, '');
    return { key: unescape(key), value: unescape(value), line };
  });
}

function logicalLines(text: string): Array<{ content: string; line: number }> {
  const lines: Array<{ content: string; line: number }> = [];
  let isContinued = false;
  text.split(/\r\n|\r|\n/).forEach((rawLine, index) => {
    const content = rawLine.trimStart();
    const last = lines.at(-1);
    if (isContinued && last !== undefined) last.content += content;
    else if (content === '' || content.startsWith('#') || content.startsWith('!')) return;
    else lines.push({ content, line: index + 1 });
    isContinued = endsInBackslash(content);
    const current = lines.at(-1);
    if (isContinued && current !== undefined) current.content = current.content.slice(0, -1);
  });
  return lines;
}

/** An even number of backslashes at the end is so many escaped ones. */
function endsInBackslash(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_match, code?: string, letter = '') =>
    code === undefined
      ? (escapes[letter as string] ?? (letter as string))
      : String.fromCharCode(parseInt(code, 16)),
  );
}
