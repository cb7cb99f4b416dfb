import { withoutSecrets } from '../lib/secrets.js';

/**
 * Control characters of terminals, C1 included, what turns the direction of the text around it, and what ends a line
 * without being seen to: in a name or a message they show something that is not there, or command the terminal.
 */
const unseen = /(?![\n\t]|\r\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** GitHub and Azure take a line of a log that begins like this for a command. */
const command = /^(\s*)(?=::|##)/gm;

/** Text from anywhere as people get to see it: what can't be seen is written as `\u001b`, tokens as a placeholder. */
export function shown(text: string): string {
  return visible(withoutSecrets(text).replaceAll('\r\n', '\n')).replace(command, '$1\\');
}

/** The same, on one line. */
export function shownLine(text: string): string {
  return shown(text).replaceAll('\n', '\\n');
}

/** Writes what can't be seen as `\u001b`. Of JSON it makes the same JSON. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value on its way to JSON that people see: no tokens in it and, on a terminal, nothing that can't be seen. */
export function shownJson<T>(value: T, isTerminal: boolean): T {
  const text = withoutSecrets(JSON.stringify(value));
  return JSON.parse(text, (_, each: unknown) =>
    isTerminal && typeof each === 'string' ? visible(each) : each,
  ) as T;
}

/** A word of a command as a shell takes it: in quotes unless it is plain. On Windows, cmd.exe knows double quotes only. */
export function shellWord(word: string, platform = process.platform): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (platform === 'win32') return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
