import type { JournalRecord } from '../../src/lib/run/record.js';
import type { RunStore } from '../../src/lib/run/store.js';
import { ProcessEnded } from './mortal-store.ts';

/** A store whose process ends once such a record is on disk. */
export function endingAt(store: RunStore, type: JournalRecord['type']): RunStore {
  let isDead = false;
  return {
    ...store,
    open: async (...given) => {
      const journal = await store.open(...given);
      const append: typeof journal.append = async (record) => {
        if (isDead) throw new ProcessEnded();
        await journal.append(record);
        isDead = record.type === type;
        if (isDead) throw new ProcessEnded();
      };
      return { ...journal, append };
    },
  };
}
