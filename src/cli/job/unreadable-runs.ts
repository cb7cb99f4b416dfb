import { Bulk2Error } from '../../lib/errors.js';
import type { RunView } from '../../lib/run/store.js';

/** Says of each run whose journal can't be read what is wrong with it, and what to do. */
export function unreadableRunTexts(runs: readonly RunView[]): string[] {
  return runs.flatMap(({ damage }) => {
    if (damage === undefined) return [];
    const actions = damage instanceof Bulk2Error ? damage.actions : [];
    return [[damage.message, ...actions].join('\n  ')];
  });
}
