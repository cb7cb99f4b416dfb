import { Org } from '@salesforce/core';
import type { Access } from './http.ts';
import { UsageError } from './usage-error.ts';

/**
 * The session of an org that `sf org login` knows, by alias or username, and its newest API version.
 * @throws UsageError when the org is not known, or its session has ended
 */
export async function logIn(target: string): Promise<Access> {
  try {
    const org = await Org.create({ aliasOrUsername: target });
    await org.refreshAuth();
    const { accessToken, instanceUrl } = org.getConnection();
    const url = instanceUrl.replace(/\/+$/, '');
    return { url, accessToken: accessToken ?? '', version: await org.retrieveMaxApiVersion() };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
