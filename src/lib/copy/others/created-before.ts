import { UsageError } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { haveSamePath } from '../../files/real-paths.js';
import type { RunContext } from '../../run/context.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { isSameOrg } from '../../run/org.js';
import { endOf, isFinished, type RunView } from '../../run/store.js';
import { isBetweenSameOrgs, maySendTheSame, type BeginningCopy } from './same-orgs.js';
import { stepsCutShort } from '../model/has-sent.js';
import { copyFilesOf } from '../model/copy-files.js';
import { copyStatusOf } from '../model/status.js';
import type { CreatedBefore } from '../model/events.js';
import { isCreating } from '../model/steps.js';

/**
 * Looks for copies between the same orgs that have ended, and whose records nothing would find again: the objects have no key, and
 * the results aren't named as known.
 * @returns undefined where there are none
 */
export async function createdBefore(
  copy: BeginningCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<CreatedBefore | undefined> {
  const { plan } = copy;
  const keyless = createdAnew(plan);
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
      objects.add(object.object);
      const isTold =
        object.file?.isNumbered !== true && (await isThere(copyFilesOf(first.plan, object.object).ids));
      if (!isTold || sent.get(object.object) === 'unknown') isMore = true;
      if (isTold && !folders.includes(first.plan.resultsDir)) folders.unshift(first.plan.resultsDir);
    }
  }
  return objects.size === 0 ? undefined : { objects: [...objects], folders, isMore };
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
    if (first?.type !== 'copy' || (endOf(run.records)?.at ?? '') < copy.at) continue;
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
