/**
 * The candidate that somebody who wrote `name` most likely meant, or undefined when none is near.
 *
 * Case, underscores, spaces and the `__c` of custom fields are what people get wrong first, so names that differ
 * in nothing else match before any other. After that up to a third of the letters may be missing, wrong, extra or
 * swapped with a neighbour.
 */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name);
  if (wanted === '') return undefined;
  let best: string | undefined;
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` Did you mean "Name"?`, or nothing: ready to follow a sentence. */
export function suggestion(candidate: string | undefined): string {
  return candidate === undefined ? '' : ` Did you mean "${candidate}"?`;
}

/** Whether two names differ in nothing but case, blanks, underscores and the `__c` of custom fields. */
export function alike(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/__[cr]$/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Edits that turn `a` into `b`, a swap of neighbours counting as one; `limit` or more is told as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, at(beforePrevious, column - 2) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(at(previous, b.length), limit);
}

function at(costs: readonly number[], index: number): number {
  return costs[index] ?? Infinity;
}
