import { isThere } from '../../files/file-facts.js';
import { haveSamePath } from '../../files/real-paths.js';
import type { RunContext } from '../../run/context.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { isFinished, type RunView } from '../../run/store.js';
import { isBetweenSameOrgs, type BeginningCopy } from './begun-before.js';
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
  const keyless = plan.output === undefined ? plan.objects.filter(isCreatedAnew) : [];
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

function isCreatedAnew(object: CopyObject): boolean {
  return object.key === undefined && object.match === undefined && isCreating(object);
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

/** Records of other files are others. */
async function isSameSource({ object, file }: CopyObject, { objects }: CopyPlan): Promise<boolean> {
  const before = objects.find((each) => each.object === object)?.file;
  if (file === undefined || before === undefined) return file === before;
  return haveSamePath(file.paths, before.paths);
}
