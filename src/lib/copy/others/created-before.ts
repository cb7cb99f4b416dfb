import { UsageError } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { haveSamePath } from '../../files/real-paths.js';
import type { RunContext } from '../../run/context.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { isSameOrg } from '../../run/org.js';
import { endOf, isFinished, type RunView } from '../../run/store.js';
import { loadStatusOf } from '../../load/model/status.js';
import { isDeletion } from '../../load/check/header.js';
import { isBetweenSameOrgs, maySendTheSame, type BeginningCopy } from './same-orgs.js';
import { stepsCutShort } from '../model/has-sent.js';
import { copyFilesOf } from '../model/copy-files.js';
import { copyStatusOf } from '../model/status.js';
import type { CreatedBefore } from '../model/events.js';
import { isCreating } from '../model/steps.js';

/** What a copy knows of its own records before it sends anything. */
export type SurveyedCopy = BeginningCopy & {
  /** Objects of which it would create records. */
  readonly creates: (object: string) => boolean;
  /** Whether it would create a record; undefined where the file isn't one of ids. */
  readonly wouldCreateOf: (object: CopyObject, idsFile: string) => Promise<boolean | undefined>;
};

/**
 * Looks for copies between the same orgs that have ended, and whose records this one would create again: the objects have no key, and
 * the results aren't named as known. Those whose records were deleted by their files of ids don't count.
 * @returns undefined where there are none
 */
export async function createdBefore(
  copy: SurveyedCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<CreatedBefore | undefined> {
  const { plan, creates, wouldCreateOf } = copy;
  const keyless = createdAnew(plan).filter(({ object }) => creates(object));
  if (keyless.length === 0) return undefined;
  const objects = new Set<string>();
  const folders: string[] = [];
  let isMore = false;
  for await (const run of store.each()) {
    const [first] = run.records;
    if (first?.type !== 'copy' || !isFinished(run.records) || !isBetweenSameOrgs(first, copy)) continue;
    if (await haveSamePath(plan.knownIds ?? [], [first.plan.resultsDir])) continue;
    const sent = await sentBy(run, store);
    for (const object of keyless) {
      if (!sent.has(object.object) || !(await isSameSource(object, first.plan))) continue;
      const { ids } = copyFilesOf(first.plan, object.object);
      const isTold = object.file?.isNumbered !== true && (await isThere(ids));
      const isWhole = sent.get(object.object) === 'known';
      if (isTold && isWhole && (await wouldCreateOf(object, ids)) === false) continue;
      if (await wasUndone(object.object, ids, { store, run })) continue;
      objects.add(object.object);
      if (!isTold || !isWhole) isMore = true;
      if (isTold && !folders.includes(first.plan.resultsDir)) folders.unshift(first.plan.resultsDir);
    }
  }
  return objects.size === 0 ? undefined : { objects: [...objects], folders, isMore };
}

/** Whether all records that a file of ids lists were deleted by it after the copy. */
async function wasUndone(
  object: string,
  ids: string,
  { store, run }: { readonly store: RunContext['store']; readonly run: RunView },
): Promise<boolean> {
  const [copy] = run.records;
  for await (const { runId, records } of store.each()) {
    const [first] = records;
    if (runId < run.runId || first?.type !== 'load' || copy?.type !== 'copy') continue;
    const { plan, org } = first;
    if (!isDeletion(plan.operation) || plan.object.toLowerCase() !== object.toLowerCase()) continue;
    if (!isSameOrg(org, copy.org)) continue;
    const paths = (plan.inputs ?? []).flatMap(({ path }) => path ?? []);
    const status = loadStatusOf(runId, records);
    const isAll = status?.files !== undefined && status.failed + status.unprocessed === 0;
    if (isAll && (await areAmong(ids, paths))) return true;
  }
  return false;
}

async function areAmong(ids: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await haveSamePath([ids], [path])) return true;
  return false;
}

/**
 * Refuses a copy if another one of the same records has ended since it began: what that created would be created again. One that
 * had ended before was told.
 * @throws UsageError with the way on
 */
export async function requireNoneCreatedSince(
  copy: BeginningCopy & { readonly at: string },
  { store }: Pick<RunContext, 'store'>,
): Promise<void> {
  const keyless = createdAnew(copy.plan);
  if (keyless.length === 0) return;
  for await (const run of store.each()) {
    const [first] = run.records;
    const end = endOf(run.records);
    // The clock may have been set back since: ids are in the order in which runs have begun.
    const isLater = copy.runId !== undefined && run.runId > copy.runId;
    if (first?.type !== 'copy' || end === undefined || (end.at < copy.at && !isLater)) continue;
    if (!isSameOrg(first.org, copy.org) || !maySendTheSame(first, copy)) continue;
    const sent = await sentBy(run, store);
    for (const object of keyless)
      if (sent.has(object.object) && !(await areOtherFiles(object, first.plan)))
        throw createdMeanwhile(object, run);
  }
}

function createdMeanwhile({ object }: CopyObject, { runId }: RunView): UsageError {
  return new UsageError(
    `Another copy has created records of ${object} since this one began. If they are the same, they would be there twice.`,
    {
      actions: ['Start the copy again: it tells what is there, and how to find it. Nothing was sent.'],
      data: { object, runId },
    },
  );
}

/** Objects whose records nothing finds again once they are created; new ones have other ids. */
function createdAnew({ objects, output }: CopyPlan): CopyObject[] {
  if (output !== undefined) return [];
  const isFound = ({ key, match }: CopyObject): boolean =>
    key !== undefined || (match !== undefined && match.fields[0]?.field !== 'Id');
  return objects.filter((each) => isCreating(each) && !isFound(each));
}

/** Objects of which a copy has brought records into the target, or may have, or has found them there. */
async function sentBy(
  run: RunView,
  store: RunContext['store'],
): Promise<ReadonlyMap<string, 'known' | 'unknown'>> {
  const { steps } = copyStatusOf(run.runId, run.records);
  const known = steps.filter(({ counts }) => (counts?.successful ?? 0) > 0);
  return new Map([
    ...known.map(({ object }) => [object, 'known'] as const),
    ...(await stepsCutShort(run, store)).map(({ object }) => [object, 'unknown'] as const),
  ]);
}

async function isSameSource(object: CopyObject, plan: CopyPlan): Promise<boolean> {
  const before = fileIn(plan, object);
  return (object.file === undefined) === (before === undefined) && !(await areOtherFiles(object, plan));
}

/** Records of other files are others. */
async function areOtherFiles(object: CopyObject, plan: CopyPlan): Promise<boolean> {
  const [file, before] = [object.file, fileIn(plan, object)];
  return file !== undefined && before !== undefined && !(await haveSamePath(file.paths, before.paths));
}

function fileIn({ objects }: CopyPlan, { object }: CopyObject): CopyObject['file'] {
  return objects.find((each) => each.object === object)?.file;
}
