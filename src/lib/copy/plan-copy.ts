import type { CopyPlan } from '../run/copy-record.js';
import { exportPlan } from './folder/folder-plan.js';
import { maskingOf } from './mask/masking.js';
import type { CopyPlanFile } from './plan/plan-file.js';
import { resolvePlan } from './plan/resolve-plan.js';
import { openPlanFiles, type FileSourceSetup } from './source/file-source.js';

export type PlanSetup = FileSourceSetup & {
  /** Ids of earlier copies are known. */
  readonly hasKnownIds: boolean;
  /** A key of a person's own to mask with. */
  readonly maskKeyFile: string | undefined;
  /** The records only go into a folder. */
  readonly isIntoFolder: boolean;
};

/** What is decided about a plan before a copy begins. */
export type PlannedCopy = Pick<CopyPlan, 'objects' | 'maskKey' | 'isFromProduction'>;

/**
 * Plans a copy: looks into the files of the plan, holds it against both orgs, and decides with what is masked. No
 * record of the copy is read from an org, and nothing is sent.
 * @throws UsageError | InputError the plan does not fit the orgs or the files: all that is wrong with it
 */
export async function planCopy(plan: CopyPlanFile, setup: PlanSetup): Promise<PlannedCopy> {
  const { target, hasKnownIds, maskKeyFile, isIntoFolder } = setup;
  const { source, files } = await openPlanFiles(plan, setup);
  const given = isIntoFolder ? exportPlan(plan) : plan;
  const objects = await resolvePlan(given, { source, target }, { hasKnownIds, files });
  return { objects, ...(await maskingOf(objects, { keyFile: maskKeyFile, source })) };
}

// What the command line needs of the rooms below.
export {
  findFileOf,
  folderPlan,
  folderPlanName,
  requireFolderFor,
  requireSameInFolder,
} from './folder/folder-plan.js';
export { derivePlan } from './plan/derive-plan.js';
export { type CopyPlanFile, type ObjectPlan, readPlanFile } from './plan/plan-file.js';
export type { PlanOrg } from './plan/resolve-plan.js';
