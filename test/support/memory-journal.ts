import type { Journal } from '../../src/lib/run/journal.js';
import type { JournalRecord } from '../../src/lib/run/record.js';

export type MemoryJournal = Journal & { readonly records: JournalRecord[] };

/** A journal that tells a timeline of each record as `journal upload`. */
export function memoryJournal(
  timeline: string[] = [],
  replayed: readonly JournalRecord[] = [],
): MemoryJournal {
  const records: JournalRecord[] = [];
  return {
    path: 'memory',
    owner: { token: 'memory', displaced: [] },
    replayed,
    skippedLines: 0,
    records,
    lost: new AbortController().signal,
    append(record) {
      records.push(record);
      timeline.push(`journal ${record.type}`);
      return Promise.resolve();
    },
    confirm: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
