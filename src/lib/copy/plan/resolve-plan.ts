import type { RestRecord } from '../../api/rest.js';
import type { DescribeOf } from '../../describe/describe.js';
import { noObjectText } from '../../describe/no-object.js';
import { UsageError } from '../../errors.js';
import { prepareQuery } from '../../export/prepare-query.js';
import type { CopyFiles, CopyObject } from '../../run/copy-record.js';
import { sharedPrefixes, resolveParentKeys, withParentsWithoutIds } from './file-parents.js';
import { withComparable } from './kept-fields.js';
import { parentsInKeys } from './resolve-key.js';
import { inLoadOrder } from './load-order.js';
import type { CopyPlanFile } from './plan-file.js';
import { withMasks } from './plan-masks.js';
import { withPersons } from './plan-persons.js';
import { PlannedObject } from './planned-object.js';
import { withRecordTypes } from './record-types.js';

/** An org as a plan is held against it. */
export type PlanOrg = {
  readonly describeOf: DescribeOf;
  readonly objectNames: () => Promise<readonly string[]>;
  /** All records that a query finds. */
  readonly records: (soql: string) => Promise<readonly RestRecord[]>;
};

/**
 * Decides everything about the objects of a plan: which fields are read and sent, which lookups are followed, and in which
 * order the objects are loaded.
 * @throws UsageError the plan does not fit the orgs: all that is wrong with it
 */
export async function resolvePlan(
  plan: CopyPlanFile,
  { source, target }: { readonly source: PlanOrg; readonly target: PlanOrg },
  { hasKnownIds = false, files }: ResolveOptions = {},
): Promise<CopyObject[]> {
  const problems: string[] = [];
  const found: PlannedObject[] = [];
  for (const each of plan.objects) {
    const inSource = await source.describeOf(each.object);
    const inTarget = await target.describeOf(each.object);
    if (inSource === undefined) problems.push(await noObjectText(each.object, source, 'The source org'));
    if (inTarget === undefined) problems.push(await noObjectText(each.object, target, 'The target org'));
    if (inSource !== undefined && inTarget !== undefined)
      found.push(new PlannedObject(each, { source: inSource, target: inTarget, plan }));
  }
  requireNone(problems);
  const names = found.map(({ name }) => name);
  const keyParents = parentsInKeys(found);
  const parentKeys = resolveParentKeys(found, problems);
  const untyped = found.map((each) => {
    const resolved = each.resolve(names, problems, { hasKnownIds, keyParents, parentKeys });
    const file = files?.get(each.name);
    return file === undefined ? resolved : { ...resolved, file };
  });
  problems.push(...sharedPrefixes(untyped));
  requireNone(problems);
  const unmasked = await withRecordTypes(untyped, plan, { source, target, problems });
  const unshaped = await withMasks(unmasked, plan, { source, target, problems });
  const resolved = await withPersons(unshaped, { source, target });
  requireNone(problems);
  const ordered = inLoadOrder(withComparable(withParentsWithoutIds(resolved, found)));
  for (const { soql, file } of resolved)
    if (file === undefined) await prepareQuery({ soql }, { ...source, through: 'bulk' });
  return ordered;
}

export type ResolveOptions = {
  /** Ids of earlier copies are known. */
  readonly hasKnownIds?: boolean;
  /** By object: what is read from files. */
  readonly files?: ReadonlyMap<string, CopyFiles>;
};

function requireNone(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new UsageError(problems.join('\n'), {
    actions: ['Fix the plan. Nothing was sent.'],
    data: { problems },
  });
}
