import type { Dialect } from './dialect.ts';

/** Finds a line ending of the wrong kind anywhere in a file, inside quotes too. */
export function foreignLineEndingFinder(dialect: Dialect): (text: string) => boolean {
  let previous = '';
  const wantsReturn = dialect.newline === '\r\n';
  return (text) => {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      const hasReturn = (at === 0 ? previous : text[at - 1]) === '\r';
      if (hasReturn !== wantsReturn) return true;
    }
    if (text !== '') previous = text.slice(-1);
    return false;
  };
}
