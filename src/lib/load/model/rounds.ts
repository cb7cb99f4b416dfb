import type { JournalRecord, LoadPlan, Part, RetryPlan } from '../../run/record.js';

/**
 * The rounds of a load by its journal: the first sends the whole input, each further one the rows that are retried. Each
 * is a plan of its own; the numbers of their parts run through, so that a record of a part says which round it is of.
 */
export function roundsOf(records: readonly JournalRecord[]): readonly [LoadPlan, ...LoadPlan[]] {
  const [first] = records;
  if (first?.type !== 'load') throw new TypeError('This run is not a load.');
  let { plan } = first;
  const retries: RetryPlan[] = [];
  for (const record of records) {
    if (record.type === 'retry') retries.push(record.plan);
    if (record.type === 'uncompressed') plan = { ...plan, compress: false };
    if (record.type === 'sources') plan = { ...plan, sources: record.sources };
    if (record.type === 'skip') plan = withSkipped(plan, record);
    if (record.type === 'results') plan = { ...plan, resultsDir: record.dir };
  }
  return [plan, ...retries.map((retry) => ({ ...plan, ...retry }))];
}

/** How many numbers their parts have; some may belong to none any more. */
export function partCountOf(rounds: readonly LoadPlan[]): number {
  return rounds.reduce((most, { parts }) => Math.max(most, (parts.at(-1)?.index ?? -1) + 1), 0);
}

/** How many rows parts have together. */
export function rowsOf(parts: ReadonlyArray<Pick<Part, 'rows'>>): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

function withSkipped(plan: LoadPlan, { parts: cut, setAside }: SkipRecord): LoadPlan {
  const cutParts = new Map(cut.map((part) => [part.index, part]));
  const parts = plan.parts.map((part) => cutParts.get(part.index) ?? part).filter(({ rows }) => rows > 0);
  return { ...plan, parts, rows: rowsOf(parts), setAside };
}

type SkipRecord = Extract<JournalRecord, { type: 'skip' }>;

/** Records of the current collection and completion: those before the result files went into another folder are void. */
export function sinceResultsMoved(records: readonly JournalRecord[]): readonly JournalRecord[] {
  return records.slice(records.findLastIndex(({ type }) => type === 'results') + 1);
}

/** What the journal has of complete result files. */
export function completeRecord(records: readonly JournalRecord[]) {
  return sinceResultsMoved(records).findLast((record) => record.type === 'complete');
}

/** Rows of a load's input: those that are sent, and those that are set aside. */
export function inputRowsOf({ rows, setAside }: Pick<LoadPlan, 'rows' | 'setAside'>): number {
  return rows + (setAside?.rows ?? 0);
}
