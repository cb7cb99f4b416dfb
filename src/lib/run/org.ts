import { isSalesforceId } from '../api/identifiers.js';
import type { OrgApi } from '../api/port.js';
import { restApi } from '../api/rest.js';
import { isDefiniteRefusal, withRetry } from '../api/retry.js';
import { UsageError } from '../errors.js';
import type { RunContext } from './context.js';
import type { JournalRecord, RunOrg } from './record.js';
import { jobIdsOf } from './store.js';

/**
 * Refuses to continue a run in another org than it began in. Everything that continues a run calls this: resume,
 * results, retry and abort, from the command line and from the library. The org ids decide; where one of them can't be
 * known (an old journal, a user who may not read it), the addresses do.
 * @throws UsageError it is another org; both are named, and nothing of the run was sent
 */
export async function requireOwnOrg(records: readonly JournalRecord[], context: RunContext): Promise<void> {
  const began = runOrgOf(records);
  if (began === undefined) return;
  const here = await orgOf(context);
  if (isSameOrg(began, here)) return;
  const [jobId] = jobIdsOf(records);
  const what = jobId === undefined ? 'This run' : `Job ${jobId}`;
  throw new UsageError(`${what} began in ${nameOf(began)}, and this is ${nameOf(here)}.`, {
    actions: [
      'Use a login or a connection to the org that it began in; on the command line, leave out --target-org.',
    ],
    data: { began, here },
  });
}

/** The org that a run began in; undefined for a journal without a first record. */
export function runOrgOf([first]: readonly JournalRecord[]): RunOrg | undefined {
  return first !== undefined && 'org' in first ? first.org : undefined;
}

/** The org of a context with its id, for which the org is asked, once, where the connection doesn't know it. */
export async function orgOf({ api, org, signal, retryPolicy }: RunContext): Promise<RunOrg> {
  if (org.orgId !== undefined) return org;
  let asked = orgIds.get(api);
  if (asked === undefined) {
    asked = askForOrgId(withRetry(api, undefined, retryPolicy), signal);
    orgIds.set(api, asked);
    asked.catch(() => orgIds.delete(api));
  }
  const orgId = await asked;
  return orgId === undefined ? org : { ...org, orgId };
}

const orgIds = new WeakMap<OrgApi, Promise<string | undefined>>();

/** @returns undefined where the user may not read it */
async function askForOrgId(api: OrgApi, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const { records } = await restApi(api, signal).query('SELECT Id FROM Organization');
    const id = records[0]?.Id;
    return isSalesforceId(id) ? id : undefined;
  } catch (error) {
    if (isDefiniteRefusal(error)) return undefined;
    throw error;
  }
}

/** Ids decide where both are known, else the addresses. */
export function isSameOrg(one: OrgIdentity, other: OrgIdentity): boolean {
  // Ids have 15 characters that count; some sources leave out the three that check them.
  if (one.orgId !== undefined && other.orgId !== undefined)
    return one.orgId.slice(0, 15) === other.orgId.slice(0, 15);
  return new URL(one.instanceUrl).origin === new URL(other.instanceUrl).origin;
}

/** The same text for the same org, as far as its id is known. */
export function orgKey({ orgId, instanceUrl }: OrgIdentity): string {
  return orgId?.slice(0, 15) ?? new URL(instanceUrl).origin;
}

export type OrgIdentity = Pick<RunOrg, 'orgId' | 'instanceUrl'>;

function nameOf({ orgId, instanceUrl }: RunOrg): string {
  return orgId === undefined ? `the org at ${instanceUrl}` : `org ${orgId} at ${instanceUrl}`;
}
