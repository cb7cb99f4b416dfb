/** How GROUP BY makes subtotals (SOQL reference: GROUP BY ROLLUP, GROUP BY CUBE). */
export type Subtotals = 'ROLLUP' | 'CUBE';

/**
 * The keys that are grouped by together, as their positions, the whole first: for ROLLUP one key less each time from
 * the right, for CUBE every choice of keys.
 */
export function groupingSets(keys: number, subtotals: Subtotals | undefined): number[][] {
  const all = Array.from({ length: keys }, (_, key) => key);
  if (subtotals === undefined) return [all];
  if (subtotals === 'ROLLUP') return [...all, keys].map((dropped) => all.slice(0, keys - dropped));
  return Array.from({ length: 2 ** keys }, (_, dropped) => all.filter((key) => (dropped & (1 << key)) === 0));
}
