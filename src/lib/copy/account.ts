import { recordTexts } from '../csv/cells.js';
import { RecordReader } from '../csv/record-reader.js';
import { isThere } from '../files/file-facts.js';
import type { CopyPlan } from '../run/copy-record.js';
import { copyFilesOf } from './model/copy-files.js';
import { fileChunks } from '../files/file-chunks.js';

/** Records of an object that were held for the same reason. */
export type HeldGroup = {
  readonly object: string;
  readonly reason: string;
  /** The lookup or the key that it is about, or several with blanks between them; empty where it is about none. */
  readonly field: string;
  readonly count: number;
};

/**
 * Why records of a copy were held, as its files tell; the most frequent reasons of each object first, equally
 * frequent ones by field, then by reason.
 */
export async function heldGroupsOf(plan: Pick<CopyPlan, 'objects' | 'resultsDir'>): Promise<HeldGroup[]> {
  const groups: HeldGroup[] = [];
  for (const { object } of plan.objects) {
    const path = copyFilesOf(plan, object).held;
    if (!(await isThere(path))) continue;
    groups.push(...(await groupsIn(path, object)).sort(mostFrequentFirst));
  }
  return groups;
}

async function groupsIn(path: string, object: string): Promise<HeldGroup[]> {
  const groups = new Map<string, HeldGroup>();
  const reader = new RecordReader(fileChunks(path), ',');
  await reader.read(1, () => undefined);
  await reader.read(Infinity, (record) => {
    const [, reason = '', field = ''] = recordTexts(record);
    const key = `${reason} ${field}`;
    groups.set(key, { object, reason, field, count: (groups.get(key)?.count ?? 0) + 1 });
  });
  return [...groups.values()];
}

function mostFrequentFirst(one: HeldGroup, other: HeldGroup): number {
  return other.count - one.count || inOrder(one.field, other.field) || inOrder(one.reason, other.reason);
}

function inOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

// What the command line needs of the rooms below.
export { copyHasSent, stepsCutShort } from './model/has-sent.js';
export { SharedTargetError, StepRefusedError, UnpairedResultsError } from './model/errors.js';
export { copyFilesOf, hasTellingIds } from './model/copy-files.js';
export {
  copyStatusOf,
  type CopyStatus,
  hasLeftRows,
  leftFilesOf,
  leftOf,
  passedOver,
  type StepStatus,
} from './model/status.js';
export { rowsOf, shownSteps } from './model/steps.js';
export { needsSource } from './source/needs-source.js';
