import type { Journal } from '../run/journal.js';

/**
 * Records that an export has ended, so that nobody finds it unfinished.
 * @param rows null: there is no output
 */
export function endExport(journal: Journal, rows: number | null): Promise<void> {
  return journal.append({ type: 'done', at: new Date().toISOString(), summary: { rows } });
}
