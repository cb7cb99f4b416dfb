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
