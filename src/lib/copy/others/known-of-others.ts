import { haveSamePath } from '../../files/real-paths.js';
import type { RunContext } from '../../run/context.js';
import { isSameOrg } from '../../run/org.js';
import type { RunOrg } from '../../run/record.js';
import type { BeginningCopy } from './same-orgs.js';

/**
 * Looks for ids that a copy takes as known and that are of other orgs: records would be created again, or others updated. Orgs may
 * have the same ids, such as a sandbox and its production org, so that this is no mistake for sure.
 * @returns a sentence for each folder of such ids, as far as the journals of earlier copies tell
 */
export async function knownOfOthers(
  copy: BeginningCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<string[]> {
  const { plan, org, source } = copy;
  const { knownIds = [] } = plan;
  const found: string[] = [];
  if (knownIds.length === 0) return found;
  for await (const { records } of store.each()) {
    const [first] = records;
    if (first?.type !== 'copy' || !(await haveSamePath(knownIds, [first.plan.resultsDir]))) continue;
    const isOther = source !== undefined && first.source !== undefined && !isSameOrg(source, first.source);
    if (!isOther && isSameOrg(org, first.org)) continue;
    found.push(
      `The ids in ${first.plan.resultsDir} are of a copy ${wayOf(first)}, and this one goes ${wayOf(copy)}. Unless these orgs have the same ids, records are created again, or others are updated.`,
    );
  }
  return found;
}

function wayOf({ org, source }: Pick<BeginningCopy, 'org' | 'source'>): string {
  const from = source === undefined ? 'from files' : `from ${nameOf(source)}`;
  return `${from} to ${nameOf(org)}`;
}

function nameOf({ username, instanceUrl }: RunOrg): string {
  return username ?? instanceUrl;
}
