import type { CopyPlan } from '../../run/copy-record.js';
import { isSameOrg } from '../../run/org.js';
import type { RunOrg } from '../../run/record.js';

/** A copy, and what tells it from others into the same org. */
export type BeginningCopy = {
  readonly plan: CopyPlan;
  readonly org: RunOrg;
  /** Absent where the records come from a folder. */
  readonly source?: RunOrg | undefined;
  readonly runId?: string;
};

type Ends = Pick<BeginningCopy, 'org' | 'source'>;

/** Files may have the records of any org. */
export function maySendTheSame({ source }: Ends, other: Ends): boolean {
  return source === undefined || other.source === undefined || isSameOrg(source, other.source);
}

/** Whether two copies go from the same org, or both from files, into the same one. */
export function isBetweenSameOrgs(one: Ends, other: Ends): boolean {
  if (!isSameOrg(one.org, other.org)) return false;
  return one.source === undefined || other.source === undefined
    ? one.source === other.source
    : isSameOrg(one.source, other.source);
}
