import type { InputProblem } from '../../errors.js';

/**
 * Collects problems without growing with the input: it counts all of them, and keeps the first few of each kind,
 * a kind being a code in a column, so that one bad column does not hide the others.
 */
export class ProblemLog {
  readonly problems: InputProblem[] = [];
  /** All problems, kept or not. */
  total = 0;
  readonly #kinds = new Map<string, number>();
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
    const count = (this.#kinds.get(key) ?? 0) + 1;
    this.#kinds.set(key, count);
    this.total++;
    if (count <= this.#mostOfAKind && this.problems.length < this.#most) this.problems.push(problem);
  }
}
