import type { InputProblem } from '../../errors.js';

/** How often a problem occurred, the ones not kept included. */
export type ProblemCount = {
  readonly code: string;
  readonly column: string | undefined;
  readonly count: number;
};

type Kind = { readonly code: string; readonly column: string | undefined; count: number };

/**
 * Collects problems without growing with the input: it counts all of them, and keeps the first few of each kind,
 * a kind being a code in a column, so that one bad column does not hide the others.
 */
export class ProblemLog {
  readonly problems: InputProblem[] = [];
  readonly #kinds = new Map<string, Kind>();
  readonly #most: number;
  readonly #mostOfAKind: number;

  /** @param most how many problems to keep; default 50. @param mostOfAKind how many of one kind; default 5 */
  constructor({
    most = 50,
    mostOfAKind = 5,
  }: { readonly most?: number; readonly mostOfAKind?: number } = {}) {
    this.#most = most;
    this.#mostOfAKind = mostOfAKind;
  }

  add(problem: InputProblem): void {
    const { code, column } = problem;
    const key = `${code}\n${column ?? ''}`;
    const kind = this.#kinds.get(key) ?? { code, column, count: 0 };
    this.#kinds.set(key, kind);
    kind.count++;
    if (kind.count <= this.#mostOfAKind && this.problems.length < this.#most) this.problems.push(problem);
  }

  /** All problems, kept or not. */
  get total(): number {
    return Array.from(this.#kinds.values()).reduce((sum, { count }) => sum + count, 0);
  }

  /** One entry for each kind, the most frequent first. */
  get counts(): ProblemCount[] {
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count);
  }
}
