import { styleText } from 'node:util';
import { shownLine } from '../shown.js';
import { wrapped } from '../wrapped.js';
import { blockLines, logLine, type LineStyle } from './lines.js';
import type { ProgressFact } from './ndjson.js';
import { Progress } from './progress.js';

const liveEveryMs = 100;
const tickMs = 1_000;
const logEveryMs = 30_000;

/** How progress is shown: as people are best served, or as one JSON object a line. */
export type ProgressMode = 'auto' | 'ndjson';

type Options = {
  /** Whether standard output is JSON: then nothing is shown, unless a script has asked for it. */
  readonly isJson: boolean;
  readonly stream?: NodeJS.WriteStream;
};

/**
 * Shows on standard error how far a command is: on a terminal a block that is redrawn in place, elsewhere a line at each
 * change of stage and every 30 seconds, and for scripts one JSON object a line. Standard output stays clean data.
 */
export class ProgressDisplay {
  readonly progress = new Progress();
  readonly #stream: NodeJS.WriteStream;
  readonly #isJson: boolean;
  #mode: ProgressMode = 'auto';
  #isForTerminals = false;
  #hasGivenWay = false;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #lastStage: string | undefined;
  /** What is on the terminal, line by line. */
  #drawn: readonly string[] = [];

  constructor({ isJson, stream = process.stderr }: Options) {
    this.#isJson = isJson;
    this.#stream = stream;
  }

  use(mode: ProgressMode): void {
    this.#mode = mode;
  }

  /** Shows no progress in logs: whoever pipes records wants nothing beside them. */
  onlyOnTerminals(): void {
    this.#isForTerminals = true;
  }

  /** To be called after each change of the progress. */
  changed(): void {
    const { stage } = this.progress.totals() ?? {};
    if (stage === undefined || this.#isSilent || this.#isUnwanted) return;
    this.#timer ??= setInterval(() => this.#show(true), tickMs).unref();
    const isNew = stage !== this.#lastStage;
    this.#lastStage = stage;
    if (isNew) this.#show(false, true);
    else this.#show(false);
  }

  /** Writes a line of the progress that stays. */
  announce(text: string): void {
    if (!this.#isUnwanted) this.note(text);
  }

  /** Writes a line that stays. */
  note(text: string): void {
    if (this.#isSilent || this.#mode === 'ndjson') return;
    this.#erase();
    this.#stream.write(`${wrapped(shownLine(text), this.#stream.isTTY ? this.#columns : undefined)}\n`);
  }

  /** Tells scripts a fact; people get to know it in another way. */
  fact(fact: ProgressFact): void {
    if (this.#mode !== 'ndjson') return;
    this.#stream.write(`${shownLine(JSON.stringify({ at: new Date().toISOString(), ...fact }))}\n`);
  }

  /** Takes the block away for good: records go to standard output, which may be the same terminal, or the work is stopping. */
  giveWay(): void {
    this.clear();
    this.#hasGivenWay = true;
  }

  /** Takes the block away until there is something new to show, so that others can write. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
  }

  get #isUnwanted(): boolean {
    return this.#mode === 'auto' && (this.#hasGivenWay || (this.#isForTerminals && !this.#isLive));
  }

  get #isSilent(): boolean {
    return this.#isJson && this.#mode === 'auto';
  }

  /** A build server may have a terminal that nobody looks at. */
  get #isLive(): boolean {
    return this.#stream.isTTY && process.env.CI === undefined && process.env.TERM !== 'dumb';
  }

  #show(isTick: boolean, isNewStage = false): void {
    const nowMs = Date.now();
    const totals = this.progress.totals(nowMs);
    if (totals === undefined) return;
    const passedMs = nowMs - this.#lastMs;
    if (this.#mode === 'ndjson') {
      if (!isNewStage && passedMs < tickMs) return;
      this.#lastMs = nowMs;
      this.fact({ event: isNewStage ? 'stage' : 'progress', ...totals });
    } else if (this.#isLive) {
      if (!isNewStage && passedMs < liveEveryMs) return;
      this.#lastMs = nowMs;
      this.#draw(blockLines(totals, this.#style()));
    } else if (isNewStage || (isTick && passedMs >= logEveryMs)) {
      this.#lastMs = nowMs;
      this.#stream.write(`${logLine(totals)}\n`);
    }
  }

  #style(): LineStyle {
    return {
      columns: this.#columns - 1,
      hasUnicode: hasUnicode(process.env, process.platform),
      // Knows NO_COLOR and its kin.
      paint: (style, text) => styleText(style, text, { stream: this.#stream }),
    };
  }

  /** Some terminals do not tell how wide they are. */
  get #columns(): number {
    return this.#stream.columns > 0 ? this.#stream.columns : 80;
  }

  #draw(lines: readonly string[]): void {
    const room = this.#stream.rows > 1 ? this.#stream.rows - 1 : 24;
    const drawn = lines.slice(0, room);
    this.#stream.write(`${this.#eraseCode()}${drawn.join('\n')}`);
    this.#drawn = drawn;
  }

  #erase(): void {
    if (this.#drawn.length === 0) return;
    this.#stream.write(this.#eraseCode());
    this.#drawn = [];
  }

  /** A terminal that has become narrower since has broken the lines. */
  #eraseCode(): string {
    if (this.#drawn.length === 0) return '';
    const columns = this.#columns;
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return `\r${rows > 1 ? `\x1B[${rows - 1}A` : ''}\x1B[J`;
  }
}

function widthOf(line: string): number {
  return line.replaceAll(/\x1B\[\d+m/g, '').length;
}

/** Whether a terminal can be trusted with more than ASCII. */
export function hasUnicode(env: NodeJS.ProcessEnv, platform: string): boolean {
  if (platform === 'win32') return env.WT_SESSION !== undefined || env.TERM_PROGRAM === 'vscode';
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((each) => each !== undefined && each !== '');
  // The console of Linux has no blocks.
  return env.TERM !== 'linux' && /utf-?8/i.test(locale ?? '');
}
