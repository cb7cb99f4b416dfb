/** The mode that `npm run test:crash` runs vitest in. */
const isEveryCase = process.env.MODE === 'every-case';

/** Of many cases every nth; all of them in `npm run test:crash`. */
export function sampled<T>(cases: readonly T[], everyNth: number): T[] {
  return isEveryCase ? [...cases] : cases.filter((_, index) => index % everyNth === 0);
}

/** Examples of a property that takes long; ten times as many in `npm run test:crash`. */
export function examples(numRuns: number): { readonly numRuns: number } {
  return { numRuns: isEveryCase ? 10 * numRuns : numRuns };
}
