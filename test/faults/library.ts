import { join } from 'node:path';
import { httpApi, type HttpOptions } from '../../src/lib/api/http.js';
import type { RetryPolicy } from '../../src/lib/api/retry.js';
import { sessionOf } from '../../src/lib/api/session.js';
import type { LockTimes } from '../../src/lib/run/lock.js';
import { runStore } from '../../src/lib/run/store.js';
import type { RunContext } from '../../src/lib/run/context.js';
import type { OrgDoor } from '../../local-org/index.ts';
import { orgConnection } from '../support/org-connection.ts';

/** An org as a process of its own can be told of it, and the folder of everything that a run leaves. */
export type Place = {
  readonly url: string;
  readonly accessToken: string;
  readonly folder: string;
};

export function placeOf({ url, accessToken }: OrgDoor, folder: string): Place {
  return { url, accessToken, folder };
}

export type LibraryOptions = HttpOptions & {
  readonly retryPolicy?: RetryPolicy;
  /** What a renewal of the session gives; by default there is no way to renew it. */
  readonly renew?: (() => Promise<string>) | undefined;
  readonly lockTimes?: LockTimes;
};

/** The library on an org, without the command line around it. */
export function openLibrary(
  { url, accessToken, folder }: Place,
  { retryPolicy, renew, lockTimes, ...http }: LibraryOptions = {},
): RunContext & { close(): Promise<void> } {
  const connection = orgConnection(url, {
    accessToken,
    version: '67.0',
    renew: async (renewed) => {
      if (renew !== undefined) renewed.accessToken = await renew();
    },
  });
  const api = httpApi(sessionOf(connection), http);
  return {
    api,
    store: runStore(join(folder, 'state'), lockTimes),
    org: { instanceUrl: url, apiVersion: '67.0' },
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    close: () => api.close(),
  };
}
