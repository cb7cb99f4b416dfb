import type { FileWindow } from './windows.js';
import { firstInvalidUtf8, wholeCharactersEnd } from './utf8.js';

export type Hazard = {
  readonly kind: 'invalid-utf8' | 'nul';
  /** Offset into the window. */ readonly at: number;
};

const NONE = Number.POSITIVE_INFINITY;

/**
 * Looks for bytes that no record may have. Whole windows are searched by native code; records are asked about only
 * when they reach past `offset`, so sound data costs one comparison a record.
 */
export class ByteHazards {
  #window: FileWindow | undefined;
  /** As offsets into the file. */
  #checkedTo = 0;
  #invalidAt = NONE;
  #nulAt = NONE;

  beginWindow(window: FileWindow): void {
    const { bytes, from, newFrom, to, base, isEnd } = window;
    this.#window = window;
    if (this.#nulAt === NONE) this.#findNul(newFrom);
    if (this.#invalidAt !== NONE) return;
    // A character that the last window cut off is part of what that window left over.
    const start = Math.max(from, Math.min(newFrom, this.#checkedTo - base));
    const end = isEnd ? to : wholeCharactersEnd(bytes, start, to);
    const invalid = firstInvalidUtf8(bytes, start, end);
    if (invalid !== -1) this.#invalidAt = base + invalid;
    this.#checkedTo = base + end;
  }

  /** Offset into the window of the next hazard, infinite without one. */
  get offset(): number {
    return Math.min(this.#invalidAt, this.#nulAt) - (this.#window?.base ?? 0);
  }

  /** The first hazard of a record that ends at `end`. A NUL is then behind: the next one is looked for after it. */
  take(end: number): Hazard | undefined {
    const at = this.offset;
    if (at >= end) return undefined;
    if (this.#invalidAt <= this.#nulAt) return { kind: 'invalid-utf8', at };
    this.#findNul(end);
    return { kind: 'nul', at };
  }

  #findNul(from: number): void {
    if (this.#window === undefined) return;
    const { bytes, to, base } = this.#window;
    const at = bytes.subarray(0, to).indexOf(0, from);
    this.#nulAt = at === -1 ? NONE : base + at;
  }
}
