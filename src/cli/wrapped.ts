import { textWidth } from './text-width.js';

/** A number stays with its unit. */
const betweenWords = / (?!(?:s|min|kB|MB|GB)\b)/;

/** What stays on one line, to be pasted: a command, or a path that ends the line, blanks in it included. */
const whole =
  /(?<=^| )(?=sf (?:bulk2|config|org|plugins|sobject) |(?:~?\/|[A-Za-z]:\\)(?:[^.,;:!?]|[.,;:!?](?! ))*\.\w{1,10}$)(.*)/;

/** Of a line of a table, whose cells stand below each other. */
const aligned = /\S {2,}\S/;

/**
 * Breaks lines between words, so that a terminal does not break them within words. Commands, paths and tables are left
 * as they are. @param columns of the terminal; undefined where there is none
 */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined || columns <= 0) return text;
  return text
    .split('\n')
    .flatMap((line) => brokenLine(line, columns))
    .join('\n');
}

/** The same for a stream: nothing is broken where it is no terminal. */
export function wrappedFor({ isTTY, columns }: NodeJS.WriteStream, text: string): string {
  return wrapped(text, isTTY ? columns : undefined);
}

function brokenLine(line: string, columns: number): string[] {
  if (textWidth(line) <= columns || aligned.test(line)) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const [prose = '', command] = line.split(whole, 2);
  const words = [...prose.split(betweenWords).filter(Boolean), ...(command === undefined ? [] : [command])];
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (current !== '' && textWidth(longer) > columns) {
      lines.push(current);
      current = `${indent}${word}`;
    } else {
      current = longer;
    }
  }
  return [...lines, current];
}
