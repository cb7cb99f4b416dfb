import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@jsforce/jsforce-node';
import { onTestFinished } from 'vitest';
import { BulkV2, type OrgConnection } from '../../../src/lib/index.js';
import { isolatedHome, startOrg, type Org } from '../../../local-org/index.ts';

/** A connection whose `bulk2` can be set, as it can in JavaScript. */
export type ManualConnection = OrgConnection & Pick<Connection, 'sobject'> & { bulk2: BulkV2 };

export type Manual = { readonly org: Org; readonly conn: ManualConnection };

const connections = {
  jsforce: ({ url, accessToken }: Org) =>
    Promise.resolve(new Connection({ instanceUrl: url, accessToken, version: '60.0' })),
  async '@salesforce/core'(org: Org) {
    const home = await mkdtemp(join(tmpdir(), 'bulk2-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    // It settles on a home folder when it is loaded.
    Object.assign(process.env, await isolatedHome(org, home));
    const { AuthInfo, Connection: CoreConnection } = await import('@salesforce/core');
    const { url, accessToken } = org;
    const accessTokenOptions = { accessToken, instanceUrl: url, loginUrl: url };
    return CoreConnection.create({ authInfo: await AuthInfo.create({ accessTokenOptions }) });
  },
};

export const connectionKinds = Object.keys(connections) as Array<keyof typeof connections>;

/** An org of this test's own and a connection to it on which `conn.bulk2 = new BulkV2(conn)` has been said. */
export async function openManual(kind: keyof typeof connections): Promise<Manual> {
  const org = await startOrg();
  onTestFinished(() => org.stop());
  const conn = (await connections[kind](org)) as unknown as ManualConnection;
  conn.bulk2 = new BulkV2(conn);
  onTestFinished(() => conn.bulk2.close());
  return { org, conn };
}
