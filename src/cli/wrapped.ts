import stringWidth from 'string-width';

/** A number stays with its unit. */
const betweenWords = / (?!(?:s|min|kB|MB|GB)\b)/;

/**
 * Breaks lines between words, so that a terminal does not break them within words. A command stays on one line, to be
 * pasted. @param columns of the terminal; undefined where there is none
 */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined || columns <= 0) return text;
  return text
    .split('\n')
    .flatMap((line) => brokenLine(line, columns))
    .join('\n');
}

function brokenLine(line: string, columns: number): string[] {
  if (stringWidth(line) <= columns) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const [prose = '', command] = line.split(/(?<=^| )(?=sf (?:bulk2|config|org|plugins|sobject) )(.*)/, 2);
  const words = [...prose.split(betweenWords).filter(Boolean), ...(command === undefined ? [] : [command])];
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (current !== '' && stringWidth(longer) > columns) {
      lines.push(current);
      current = `${indent}${word}`;
    } else {
      current = longer;
    }
  }
  return [...lines, current];
}
