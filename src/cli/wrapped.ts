import { textWidth } from './text-width.js';

/** A number stays with its unit. */
const betweenWords = / (?!(?:s|min|kB|MB|GB)\b)/;

/** Text of a path, blanks in it included: it ends before what ends a sentence or a part of one. */
const ofPath = String.raw`(?:[^.,;:!?]|[.,;:!?](?! ))*`;
const pathStart = String.raw`(?:~?\/|[A-Za-z]:\\)`;

/** What stays on one line, to be pasted: a command up to its end, a path to a file or a folder, and what is in quotes. */
const whole = new RegExp(
  String.raw`(?<=^| )(?:\x1B\[\d+m)*(?:${[
    'sf (?:bulk2|config|org|plugins|sobject) .*',
    String.raw`${pathStart}${ofPath}?\.\w{1,10}(?![^\s.,;:!?)])\S*`,
    String.raw`(?<=: )${pathStart}[^.,;:!?]*$`,
    String.raw`"[^"]+"\S*`,
  ].join('|')})`,
  'g',
);

/** Of a line of a table, whose cells stand below each other. */
const aligned = /\S {2,}\S/;

/**
 * Breaks lines between words, so that a terminal does not break them within words. Commands, paths, quotes and tables are
 * left as they are. @param columns of the terminal; undefined where there is none
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
  const lines: string[] = [];
  let current = '';
  for (const word of unitsOf(line)) {
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

/** Words, and what is longer and stays whole. */
function unitsOf(line: string): string[] {
  const units: string[] = [];
  let end = 0;
  const addWords = (text: string): void => {
    units.push(...text.split(betweenWords).filter(Boolean));
  };
  for (const { 0: unit, index } of line.matchAll(whole)) {
    addWords(line.slice(end, index));
    units.push(unit);
    end = index + unit.length;
  }
  addWords(line.slice(end));
  return units;
}
