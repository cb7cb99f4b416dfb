import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removePartial } from '../files/output-place.js';
import { beginningSuffix, isOrphan } from './owner.js';
import type { ExportPlan } from './export-plan.js';
import type { JournalRecord } from './record.js';

const dayMs = 24 * 60 * 60 * 1000;
/** The service forgets finished jobs after 7 days (limits: job retention); so do we. */
const keptForMs = 7 * dayMs;
/** A run is removed when it was found old twice, so far apart: a clock that is wrong for some hours removes nothing. */
const secondLookAfterMs = dayMs;
/** A file beside the run's others that says when it was found old, in milliseconds since 1970. */
const noteSuffix = 'found-old';

type KnownRun = { readonly runId: string; readonly records: readonly JournalRecord[] };

export type Pruning = {
  /** The folder of runs, and the names of the files in it. */
  readonly folder: string;
  readonly names: readonly string[];
  readonly store: {
    each(): AsyncIterable<KnownRun>;
    remove(runId: string): Promise<void>;
  };
  /** Milliseconds since 1970. */
  readonly now: number;
};

/**
 * Removes finished runs, and what is left of runs that never began, when nothing has changed for 7 days: neither by the
 * times of their files nor by the journal's own. A run that has not finished stays, however old it is, and with it the
 * one whose rows it retries. A journal that can't be read stays too. What a killed process has left of a run that it had
 * not begun yet goes at once.
 */
export async function pruneRuns({ folder, names, store, now }: Pruning): Promise<void> {
  const unchanged: string[] = [];
  for (const [runId, files] of Map.groupBy(names, (name) => name.slice(0, name.indexOf('.')))) {
    const hasBegun = files.includes(`${runId}.journal`);
    if (!hasBegun && (await isOrphan(join(folder, `${runId}.${beginningSuffix}`)))) {
      await store.remove(runId);
      continue;
    }
    const note = `${runId}.${noteSuffix}`;
    const own = files.filter((name) => name !== note);
    const changes = await Promise.all(own.map((name) => lastChangeOf(join(folder, name))));
    if (own.length > 0 && now - Math.max(...changes) > keptForMs) unchanged.push(runId);
    else if (own.length < files.length) await rm(join(folder, note), { force: true });
  }
  if (unchanged.length === 0) return;
  // Of all runs together, journals can be larger than memory should be.
  const kept = new Set<string>();
  const places = new Map<string, ExportPlan['place']>();
  for await (const { runId, records } of store.each()) {
    for (const each of runsKeptBy({ runId, records }, now)) kept.add(each);
    // Of an export that was given up, and killed before it had tidied up.
    if (records[0]?.type === 'export') places.set(runId, records[0].plan.place);
  }
  for (const runId of unchanged) {
    if (kept.has(runId) || !(await wasFoundOld(join(folder, `${runId}.${noteSuffix}`), now))) continue;
    await removePartial(places.get(runId));
    await store.remove(runId);
  }
}

/** A run that has not finished, with those whose rows it retries or that it consists of; and one of the last 7 days. */
function runsKeptBy({ runId, records }: KnownRun, now: number): string[] {
  const done = records.findLast(({ type }) => type === 'done' || type === 'round');
  if (done?.type === 'done') return now - Date.parse(done.at) > keptForMs ? [] : [runId];
  const [first] = records;
  const steps = records.flatMap((record) => (record.type === 'loading' ? [record.run] : []));
  return first?.type === 'load' ? [runId, first.plan.retryOf ?? runId] : [runId, ...steps];
}

/** Whether the run was found old before, and long enough ago; notes it otherwise. */
async function wasFoundOld(notePath: string, now: number): Promise<boolean> {
  const notedMs = Number(await readFile(notePath, 'utf8').catch(() => Number.NaN));
  if (now - notedMs >= secondLookAfterMs) return true;
  // None yet, or one of a clock that was ahead of this one.
  if (!(notedMs <= now)) await writeFile(notePath, String(now), { mode: 0o600 });
  return false;
}

/** Milliseconds since 1970; 0 for what another process has removed meanwhile. */
async function lastChangeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
