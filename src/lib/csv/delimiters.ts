import { delimiterCharacters, type ColumnDelimiter } from '../api/types.js';
import { UsageError } from '../errors.js';

/** The six characters that the service splits columns at, most usual first. */
export const serviceDelimiters: readonly string[] = [',', ';', '\t', '|', '^', '`'];

/** The service's name of a delimiter character; undefined when a file with it has to be rewritten first. */
export function delimiterName(character: string): ColumnDelimiter | undefined {
  const names = Object.keys(delimiterCharacters) as ColumnDelimiter[];
  return names.find((name) => delimiterCharacters[name] === character);
}

/**
 * Turns what a person may write for a delimiter into its character: a service name in any case (`SEMICOLON`),
 * `\t`, or the character itself.
 *
 * @throws UsageError when it is not one ASCII character, or one that CSV needs for itself.
 */
export function parseDelimiter(text: string): string {
  const named = (delimiterCharacters as Readonly<Record<string, string>>)[text.toUpperCase()];
  if (named !== undefined) return named;
  if (text === '\\t') return '\t';
  assertDelimiter(text);
  return text;
}

/** @throws UsageError unless `character` is one ASCII character other than a quote, a line ending or NUL. */
export function assertDelimiter(character: string): void {
  const code = character.charCodeAt(0);
  if (character.length === 1 && code > 0 && code < 0x80 && !'"\r\n'.includes(character)) return;
  throw new UsageError(`${JSON.stringify(character)} cannot separate columns.`, {
    actions: [
      `Use one of ${Object.keys(delimiterCharacters).join(', ')}, or any single ASCII character but a quote.`,
    ],
  });
}
