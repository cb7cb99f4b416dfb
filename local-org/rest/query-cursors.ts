import type { QueryOutcome } from '../contracts.ts';

/** A REST query that has more pages, to be asked for by its locator. */
export type Cursor = { readonly outcome: QueryOutcome; readonly pageRows: number };

/** Open REST queries by the id part of their locator. */
export class QueryCursors {
  readonly #cursors = new Map<string, Cursor>();

  open(id: string, cursor: Cursor): void {
    this.#cursors.set(id, cursor);
  }

  get(id: string): Cursor | undefined {
    return this.#cursors.get(id);
  }
}
