/** A character of the screen, and how it is shown. */
export type Cell = { readonly text: string; readonly style: string };

/** A terminal's screen, as far as commands use it: lines, colours, moving up, and erasing what is below. */
export class Screen {
  readonly #columns: number;
  #lines: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #style = '';

  constructor(columns: number) {
    this.#columns = columns;
  }

  get lines(): ReadonlyArray<readonly Cell[]> {
    return this.#lines;
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\x1B\[[\d;?]*[A-Za-z]|[\s\S]/gu)) this.#take(token);
  }

  /** The lines without their colours, and without blanks at their ends. */
  toString(): string {
    const lines = this.#lines.map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    );
    return `${lines.join('\n').trimEnd()}\n`;
  }

  #take(token: string): void {
    if (token === '\n') this.#newLine();
    else if (token === '\r') this.#column = 0;
    else if (token.startsWith('\x1B')) this.#control(token.slice(2, -1), token.at(-1) ?? '');
    else this.#put(token);
  }

  #newLine(): void {
    this.#row += 1;
    this.#lines[this.#row] ??= [];
  }

  #put(text: string): void {
    if (this.#column >= this.#columns) {
      this.#newLine();
      this.#column = 0;
    }
    const line = (this.#lines[this.#row] ??= []);
    while (line.length < this.#column) line.push({ text: ' ', style: '' });
    line[this.#column] = { text, style: this.#style };
    this.#column += 1;
  }

  #control(parameter: string, kind: string): void {
    if (kind === 'A') this.#row = Math.max(0, this.#row - Number(parameter || 1));
    if (kind === 'm') this.#style = styleAfter(this.#style, parameter);
    if (kind !== 'J' && kind !== 'K') return;
    this.#lines[this.#row]?.splice(this.#column);
    if (kind === 'J') this.#lines.splice(this.#row + 1);
  }
}

const styles: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  36: 'cyan',
};

function styleAfter(before: string, parameter: string): string {
  return parameter.split(';').reduce((style, code) => {
    if (['', '0', '22', '39'].includes(code)) return '';
    return styles[code] ?? style;
  }, before);
}
