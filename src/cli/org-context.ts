import { join } from 'node:path';
import { Global, type Org } from '@salesforce/core';
import { httpApi } from '../lib/api/http.js';
import { sessionOf } from '../lib/api/session.js';
import { runStore } from '../lib/run/store.js';
import type { RunContext } from '../lib/run/context.js';
import { orgNameOf } from './org-name.js';

/** The ports of a run on an org that the CLI is logged in to. */
export type OrgContext = RunContext & {
  /** The org as a person knows it. */
  readonly orgName: string;
  /** Ends the connections. */
  close(): Promise<void>;
};

export async function contextOf(
  org: Org,
  apiVersion: string | undefined,
  signal: AbortSignal,
): Promise<OrgContext> {
  const connection = org.getConnection(apiVersion);
  const session = sessionOf(connection);
  const api = httpApi(session);
  return {
    api,
    signal,
    store: runStore(stateFolder()),
    org: {
      username: session.username,
      orgId: session.orgId,
      instanceUrl: session.origin,
      apiVersion: session.apiVersion,
    },
    orgName: await orgNameOf(org),
    close: () => api.close(),
  };
}

/** `bulk2/` under the CLI's own state folder. */
export function stateFolder(): string {
  return join(Global.SF_DIR, 'bulk2');
}
