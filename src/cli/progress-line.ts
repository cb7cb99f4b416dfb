import { shownLine } from './shown.js';

const liveEveryMs = 100;
const plainEveryMs = 10_000;

/**
 * Tells how far the work is, on standard error: one live line on a terminal, a line now and then elsewhere, nothing
 * under `--json`. Standard output stays clean data.
 */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #isLive: boolean;
  readonly #isSilent: boolean;
  #shownAtMs = 0;
  #isShown = false;

  constructor(options: { readonly silent: boolean; readonly stream?: NodeJS.WriteStream }) {
    this.#stream = options.stream ?? process.stderr;
    this.#isLive = this.#stream.isTTY && process.env.CI === undefined;
    this.#isSilent = options.silent;
    this.#shownAtMs = this.#isLive ? 0 : Date.now();
  }

  /** Shows the text when enough time has passed since the last one. */
  update(text: () => string): void {
    const now = Date.now();
    if (this.#isSilent || now - this.#shownAtMs < (this.#isLive ? liveEveryMs : plainEveryMs)) return;
    this.#shownAtMs = now;
    if (this.#isLive) this.#draw(shownLine(text()));
    else this.#stream.write(`${shownLine(text())}\n`);
  }

  /** Writes a line of its own that stays. */
  note(text: string): void {
    if (this.#isSilent) return;
    this.clear();
    this.#stream.write(`${shownLine(text)}\n`);
  }

  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#stream.write('\r\x1B[2K');
  }

  #draw(text: string): void {
    this.#isShown = true;
    // Some terminals do not tell how wide they are.
    const width = this.#stream.columns > 0 ? this.#stream.columns : 80;
    this.#stream.write(`\r\x1B[2K${text.length < width ? text : `${text.slice(0, width - 2)}…`}`);
  }
}
