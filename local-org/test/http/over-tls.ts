import { trustOrg } from '../../certificate.ts';
import type { OrgDoor } from '../../door.ts';
import type { OrgOptions } from '../../options.ts';
import { spawnOrg as spawn } from '../../spawn.ts';
import { startOrg as start, type Org } from '../../start.ts';

/** Starts an org as the service is reached, over TLS, whose certificate this process trusts. */
export async function startOrg(options: OrgOptions = {}): Promise<Org & AsyncDisposable> {
  return trusted(await start({ tls: true, ...options }));
}

/** The same in a process of its own. */
export async function spawnOrg(options: OrgOptions = {}): Promise<OrgDoor & AsyncDisposable> {
  return trusted(await spawn({ tls: true, ...options }));
}

function trusted<T extends OrgDoor>(org: T): T {
  trustOrg(org);
  return org;
}
