const word = /[\w@%+=:,./-]+|"([^"$`\\!]*)"|'([^']*)'/y;

/** The words of a line that any shell reads alike, without doing anything to them; undefined for another line. */
export function wordsOfPlainLine(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    word.lastIndex = at;
    const [whole, double, single] = word.exec(line) ?? [];
    if (whole === undefined) return undefined;
    words.push(double ?? single ?? whole);
    at += whole.length;
    if (at < line.length && line[at] !== ' ') return undefined;
    while (line[at] === ' ') at += 1;
  }
  return words;
}
