import type { Journal } from '../../src/lib/run/journal.js';
import type { RunStore } from '../../src/lib/run/store.js';

/** A store whose journals count what is appended, and fail at one of these steps as if the process had ended there. */
export type MortalStore = RunStore & { readonly appended: number };

export class ProcessEnded extends Error {}

/**
 * @param nth which append, from 1; absent: none
 * @param when before the record is on disk, or when it is and nothing has been done about it yet
 */
export function mortalStore(store: RunStore, nth?: number, when: 'before' | 'after' = 'after'): MortalStore {
  let appended = 0;
  let isDead = false;
  const append = async (journal: Journal, ...[record]: Parameters<Journal['append']>): Promise<void> => {
    if (isDead) throw new ProcessEnded();
    appended += 1;
    isDead = appended === nth;
    if (isDead && when === 'before') throw new ProcessEnded();
    await journal.append(record);
    if (isDead) throw new ProcessEnded();
  };
  return {
    ...store,
    get appended() {
      return appended;
    },
    async open(...args) {
      const journal = await store.open(...args);
      let last: Promise<void> = Promise.resolve();
      return {
        ...journal,
        append(record) {
          last = last.then(() => append(journal, record));
          return last;
        },
      };
    },
  };
}
