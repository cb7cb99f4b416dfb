// What the demos print beside the commands: within the terminal, where there is one.

/** A heading of what comes next. */
export function say(text: string): void {
  console.log(`\n${brokenText(`── ${text}`, columns())}\n`);
}

/** A line of text. */
export function print(text: string): void {
  console.log(brokenText(text, columns()));
}

/** A command as it can be pasted. */
export function printCommand(args: readonly string[]): void {
  console.log(`${brokenCommand(['sf', 'bulk2', ...args], columns())}\n`);
}

/** Lines are broken between words. */
export function brokenText(text: string, width: number): string {
  return broken(text.split(' '), width).join('\n');
}

/** Breaks a command before flags, as a shell takes it: with a backslash at the end of a line. */
export function brokenCommand(words: readonly string[], width: number): string {
  const quoted = words.map((word) => (/[\s'*()]/.test(word) ? JSON.stringify(word) : word));
  const parts: string[] = [];
  for (const word of quoted) {
    const last = parts.at(-1);
    // A flag stays with its value.
    if (last === undefined || word.startsWith('--')) parts.push(word);
    else parts[parts.length - 1] = `${last} ${word}`;
  }
  return `$ ${broken(parts, width - 4).join(' \\\n    ')}`;
}

function broken(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function columns(): number {
  const { isTTY, columns: width } = process.stdout;
  return isTTY && width > 0 ? width : Infinity;
}
