import type { CopyEdits } from '../run/copy-edits.js';
import type { CopyStep } from '../run/copy-record.js';
import { isSameOrg } from '../run/org.js';
import type { JournalRecord, RunOrg } from '../run/record.js';
import { isFinished, type RunStore, type RunView } from '../run/store.js';
import { leftFilesOf, type KnownFile, type LeftFile } from './left-files.js';

type Records = readonly JournalRecord[];
type Mapped = Extract<JournalRecord, { readonly type: 'mapped' }>;

/** Files with rows that a step of a copy has left in a round, and which one that was. */
export type StepFiles = Pick<Mapped, 'round' | 'step'> & { readonly files: readonly LeftFile[] };

/**
 * The files that steps of a copy have left their rows in, those of each step in the order in which they were written. Rows that
 * failed once more are in several of them.
 */
export async function filesLeftByCopy(
  records: Records,
  isWanted: (step: CopyStep) => boolean,
  store: RunStore,
): Promise<StepFiles[]> {
  const steps = records.findLast((record) => record.type === 'surveyed')?.steps ?? [];
  const found: StepFiles[] = [];
  for (const mapped of records) {
    if (mapped.type !== 'mapped' || !hasLeft(mapped)) continue;
    const step = steps[mapped.step];
    if (step === undefined || !isWanted(step)) continue;
    const reads = editsOf(mapped, records).map(({ retried = [] }) => retried);
    const files = await filesOfStep(mapped, reads.at(-1) ?? [], { records, store });
    // Each retry has read what was in a file then.
    const withReads = files.map((file, index) => ({
      ...file,
      written: [...file.written, ...reads.flatMap((read) => read[index] ?? [])],
    }));
    found.push({ round: mapped.round, step: mapped.step, files: withReads });
  }
  return found;
}

/**
 * The files that a step of a copy has left its rows in, in a round.
 * @param read what a retry reads in place of each; absent: nothing is known of it
 */
export async function filesOfStep(
  { round, step, files }: Mapped,
  read: readonly KnownFile[],
  { records, store }: { readonly records: Records; readonly store: RunStore },
): Promise<LeftFile[]> {
  const loading = records.findLast(
    (each) => each.type === 'loading' && each.round === round && each.step === step,
  );
  const runId = loading?.type === 'loading' ? loading.run : '';
  const run = runId === '' ? undefined : await store.find(runId);
  const known = run === undefined ? [] : await leftFilesOf(run, read, store);
  if (known.length > 0) return known;
  return [files.failed, files.unprocessed]
    .filter((path) => path !== null)
    .map((path, index) => ({ runId, path, written: [{ path }], read: read[index] ?? {} }));
}

/** What retries have read of the files that a step has written in a round, in their order. */
function editsOf(mapped: Mapped, records: Records): CopyEdits[] {
  return records.flatMap((each) => {
    if (each.type !== 'round') return [];
    const last = records.findLast(
      (other): other is Mapped =>
        other.type === 'mapped' && other.step === mapped.step && other.round < each.round && hasLeft(other),
    );
    return last === mapped ? (each.edits ?? []).filter(({ step }) => step === mapped.step) : [];
  });
}

function hasLeft({ files }: Mapped): boolean {
  return (files.failed ?? files.unprocessed) !== null;
}

/**
 * The files of an object's rows that a copy has retried, of which the retries have saved some, or may.
 * @returns undefined for a run that is no copy
 */
export async function filesRetriedByCopy(
  { records }: RunView,
  { org, object }: { readonly org: RunOrg; readonly object: string },
  store: RunStore,
): Promise<LeftFile[] | undefined> {
  const [first] = records;
  if (first?.type !== 'copy') return undefined;
  if (!isSameOrg(first.org, org) || !records.some(({ type }) => type === 'round')) return [];
  const isWanted = (step: CopyStep): boolean =>
    step.kind === 'load' && step.object.toLowerCase() === object.toLowerCase();
  const left = await filesLeftByCopy(records, isWanted, store);
  return left.filter((each) => mayHaveRetried(each, records)).flatMap(({ files }) => files);
}

/** Whether rounds after one have saved rows of a step, or may. */
function mayHaveRetried({ round, step }: Pick<Mapped, 'round' | 'step'>, records: Records): boolean {
  const rounds = records.flatMap((each) => (each.type === 'round' && each.round > round ? [each.round] : []));
  return rounds.some((later) => {
    const isOf = (each: JournalRecord): boolean =>
      'step' in each && each.step === step && each.round === later;
    const mapped = records.find((each): each is Mapped => each.type === 'mapped' && isOf(each));
    if (mapped !== undefined) return mapped.counts.successful > 0;
    // Its load is yet to come, or has ended, and nobody knows how.
    return !isFinished(records) || records.some((each) => each.type === 'loading' && isOf(each));
  });
}
