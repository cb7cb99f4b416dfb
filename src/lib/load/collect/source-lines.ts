import { closeSync, openSync, readSync } from 'node:fs';
import type { LoadPlan, Part, SourceFile } from '../../run/record.js';

/** Where a line is: `position` counts the bytes of a part's segments, one segment behind the other. */
export type LinePlace = { readonly position: number; readonly bytes: number };

/**
 * Reads single rows of a part as they were uploaded. Each is a read of its own, and not an asynchronous one: the bytes have
 * just been read by a scan, and a way to another thread and back costs ten times as much.
 */
export class SourceLines {
  readonly #plan: LoadPlan;
  readonly #part: Part;
  /** Of each segment, the position of its first byte. */
  readonly #starts: readonly number[];
  #open: { readonly source: number; readonly fd: number } | undefined;

  constructor(plan: LoadPlan, part: Part) {
    this.#plan = plan;
    this.#part = part;
    let position = 0;
    this.#starts = part.segments.map(({ start, end }) => {
      const first = position;
      position += end - start;
      return first;
    });
  }

  /** @returns undefined when the source no longer has it */
  read({ position, bytes }: LinePlace): Buffer | undefined {
    const index = lastAtMost(this.#starts, position);
    const segment = this.#part.segments[index];
    if (segment === undefined) return undefined;
    const line = Buffer.allocUnsafe(bytes);
    const from = segment.start + position - (this.#starts[index] ?? 0);
    try {
      return readSync(this.#fdOf(segment.source), line, 0, bytes, from) === bytes ? line : undefined;
    } catch {
      // It was there for a scan a moment ago; the row is taken from the results then.
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    if (this.#open !== undefined) closeSync(this.#open.fd);
    this.#open = undefined;
  }

  #fdOf(source: number): number {
    if (this.#open?.source === source) return this.#open.fd;
    this[Symbol.dispose]();
    const { path } = this.#plan.sources[source] as SourceFile;
    this.#open = { source, fd: openSync(path, 'r') };
    return this.#open.fd;
  }
}

/** The index of the last of these ascending numbers that is at most so much. */
function lastAtMost(numbers: readonly number[], most: number): number {
  let from = 0;
  let to = numbers.length;
  while (to - from > 1) {
    const middle = (from + to) >>> 1;
    if ((numbers[middle] ?? 0) <= most) from = middle;
    else to = middle;
  }
  return from;
}
