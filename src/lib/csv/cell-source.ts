/** A cell is copied from a column by its index, or is one value for all records. */
export type CellSource =
  | {
      readonly index: number;
      /** Its empty cells stay empty, whatever becomes of others. */
      readonly keepsEmpty?: boolean;
      /** Gives what is written for a value; undefined, for as it is. At most `mostAddedBytes` longer. Not asked of empty cells. */
      readonly convert?: (text: string) => string | undefined;
      /** The same with bytes, where that can be told from them; else `convert` is asked. What it writes needs no quotes. */
      readonly convertBytes?: ConvertBytes;
    }
  | { readonly constant: string };

export type ConvertBytes = (from: Uint8Array, start: number, end: number, to: ConvertTarget) => boolean;
export type ConvertTarget = { bytes: Uint8Array; length: number };

/** Cells of the output: a run of the record's own as they are, from `first` to `last`, or the one numbered `nth`. */
export type Step = {
  readonly nth: number;
  readonly first: number;
  readonly last: number;
  readonly kind: 'run' | 'cell' | 'constant';
};

/** Puts cells that follow each other in the record, too, into one run. */
export function stepsOf(sources: readonly CellSource[]): Step[] {
  const steps: Step[] = [];
  for (const [nth, source] of sources.entries()) {
    const index = 'index' in source ? source.index : -1;
    const kind = !('index' in source) ? 'constant' : source.convert === undefined ? 'run' : 'cell';
    const previous = steps.at(-1);
    if (kind === 'run' && previous?.kind === 'run' && previous.last === index - 1)
      steps[steps.length - 1] = { ...previous, last: index };
    else steps.push({ nth, first: index, last: index, kind });
  }
  return steps;
}

/** How often the most frequent column is among the cells; at least once. */
export function mostFrequent(cells: ReadonlyArray<number | Buffer>): number {
  const times = new Map<number, number>();
  for (const cell of cells) if (typeof cell === 'number') times.set(cell, (times.get(cell) ?? 0) + 1);
  return Math.max(1, ...times.values());
}
