import { Connection } from '@jsforce/jsforce-node';
import { onTestFinished } from 'vitest';
import { BulkV2 } from '../../../src/lib/bulk2/bulk2.js';
import type { BulkV2Options } from '../../../src/lib/bulk2/options.js';
import { startOrg, type Org, type OrgOptions } from '../../../local-org/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export type OpenBulk = { readonly org: Org; readonly connection: Connection; readonly bulk: BulkV2 };

/** An org of this test's own, a jsforce connection to it, and a BulkV2 that stands in for its `bulk2`. */
export async function openBulk(org: OrgOptions = {}, options: BulkV2Options = {}): Promise<OpenBulk> {
  const started = await startOrg(org);
  onTestFinished(() => started.stop());
  const connection = new Connection({
    instanceUrl: started.url,
    accessToken: started.accessToken,
    version: '60.0',
  });
  const bulk = standIn(connection, {
    pollInterval: 10,
    stateFolder: await tempFolder(),
    ...quick,
    ...options,
  });
  onTestFinished(() => bulk.close());
  return { org: started, connection, bulk };
}

const quick = {
  retryPolicy: { attempts: 4, attemptsBeforeFirstAnswer: 4, firstWaitMs: 1, longestWaitMs: 5 },
} satisfies BulkV2Options;

function standIn(connection: Connection, options: BulkV2Options): BulkV2 {
  const bulk2 = new BulkV2(connection, options);
  Object.assign(connection, { bulk2 });
  return bulk2;
}

/** Adds accounts named `A0`, `A1`, …, of the given industry. */
export function addAccounts(org: Org, count: number, fields: Record<string, string | number> = {}): void {
  org.database.load(
    'Account',
    Array.from({ length: count }, (_, index) => ({ Name: `A${index}`, ...fields })),
  );
}
