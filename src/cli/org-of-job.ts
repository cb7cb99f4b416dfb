import { Messages, Org } from '@salesforce/core';
import { UsageError } from '../lib/errors.js';
import type { JournalRecord, RunOrg } from '../lib/run/record.js';
import { isSameOrg, runOrgOf, type OrgIdentity } from '../lib/run/org.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

export type OrgFlags = {
  /** Only when it was given: the default org is another thing than an org that somebody means. */
  readonly 'target-org'?: Org | undefined;
  readonly 'api-version'?: string | undefined;
};

type OrgOfJob = { readonly org: Org; readonly apiVersion: string | undefined };

/**
 * The org of a job. A run of this tool goes on in the org it began in, whatever its alias is now and whatever the
 * default org is, and with the API version it began with: the service refuses another one for query results.
 * @throws UsageError the org is not known
 */
export async function orgOfJob(
  jobId: string,
  origin: readonly JournalRecord[],
  flags: OrgFlags,
): Promise<OrgOfJob> {
  const began = runOrgOf(origin);
  const given = flags['target-org'];
  if (began === undefined)
    return { org: given ?? (await defaultOrg(jobId)), apiVersion: flags['api-version'] };
  return {
    org: given ?? (await orgOfRun(began, () => loggedOut(jobId, began))),
    apiVersion: began.apiVersion,
  };
}

async function defaultOrg(jobId: string): Promise<Org> {
  return Org.create({}).catch((cause: unknown) => {
    throw new UsageError(messages.getMessage('error.NoOrg', [jobId]), {
      cause,
      actions: [messages.getMessage('error.NoOrgAction')],
    });
  });
}

/** Why an org can't be reached whose login is gone, and what helps. */
type LoggedOut = { readonly message: string; readonly actions: string[] };

/**
 * A program may have begun the run as a user that the CLI does not know: then another login to the same org will do.
 * @throws UsageError there is none; in the words of whoever needs it
 */
export async function orgOfRun(began: RunOrg, loggedOutFrom: () => LoggedOut): Promise<Org> {
  const { username } = began;
  try {
    return await Org.create(username === undefined ? {} : { aliasOrUsername: username });
  } catch (cause) {
    const fallback = await Org.create({}).catch(() => undefined);
    if (fallback !== undefined && isSameOrg(identityOf(fallback), began)) return fallback;
    const { message, actions } = loggedOutFrom();
    throw new UsageError(message, { cause, actions });
  }
}

function loggedOut(jobId: string, { username, instanceUrl }: RunOrg): LoggedOut {
  return {
    message: messages.getMessage('error.LoggedOut', [jobId, username ?? 'a token', instanceUrl]),
    actions: [messages.getMessage('error.LoggedOutAction', [instanceUrl])],
  };
}

function identityOf(org: Org): OrgIdentity {
  const { orgId, instanceUrl } = org.getConnection().getAuthInfoFields();
  return { ...(orgId === undefined ? {} : { orgId }), instanceUrl: instanceUrl ?? '' };
}
