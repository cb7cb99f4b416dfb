import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandHost } from '../host/command-host.ts';
import { compiled } from '../host/sf.ts';
import {
  loginTo,
  startOrg,
  trustOrg,
  type LoginOptions,
  type Org,
  type OrgOptions,
} from '../../local-org/index.ts';
import { tempRoot } from './temp-root.ts';

/** An org, a folder with a login to it, and a process that runs commands there. */
export type CommandHome = {
  readonly org: Org;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly host: CommandHost;
  readonly close: () => Promise<void>;
};

/** A home without an org: the next one will be at the same address, with the same identity and access token. */
type IdleHome = Omit<CommandHome, 'org' | 'close'> & {
  /** Of everything that the home has on disk. */
  readonly root: string;
  readonly session: { readonly port: number; readonly accessToken: string; readonly orgId: string };
};

const idleHomes: IdleHome[] = [];

/** A home of one's own. Its environment may be changed until the first command. */
export async function openHome(options: OrgOptions, login: LoginOptions): Promise<CommandHome> {
  const org = await startTlsOrg(options);
  const home = await makeHome(org, login);
  return { ...home, org, close: () => Promise.all([org.stop(), remove(home)]).then(() => undefined) };
}

/**
 * A home that others may have had before: with a new org and an empty folder, but in the same process, which took most
 * of a second of CPU to load the commands.
 */
export async function borrowHome(options: OrgOptions): Promise<CommandHome> {
  for (let home = idleHomes.pop(); home !== undefined; home = idleHomes.pop()) {
    const org = await startTlsOrg({ ...options, ...home.session }).catch(() => undefined);
    if (org !== undefined) return lend(home, org);
    // Its port has been taken meanwhile.
    await remove(home);
  }
  const org = await startTlsOrg(options);
  const home = await makeHome(org, {});
  Object.freeze(home.env);
  return lend(home, org);
}

/** Commands reach the org as they reach the service, and so do tests that talk to it like another tool. */
async function startTlsOrg(options: OrgOptions): Promise<Org> {
  const org = await startOrg({ tls: true, ...options });
  trustOrg(org);
  return org;
}

function lend(home: IdleHome, org: Org): CommandHome {
  const close = async (): Promise<void> => {
    await home.host.idle();
    await org.stop();
    if (!home.host.isRunning) return remove(home);
    await tidy(home);
    idleHomes.push(home);
  };
  return { ...home, org, close };
}

async function makeHome(org: Org, login: LoginOptions): Promise<IdleHome> {
  const root = await mkdtemp(join(tempRoot, 'bulk2-'));
  const folder = join(root, 'work');
  await mkdir(folder);
  const env = {
    ...process.env,
    ...(await loginTo(org, join(folder, 'home'), login)),
    CI: 'true',
    ...compiled,
  };
  await cp(join(folder, 'home'), join(root, 'login'), { recursive: true });
  const host = new CommandHost(env, folder, { removes: root });
  const { accessToken, orgId } = org;
  const session = { port: Number(new URL(org.url).port), accessToken, orgId };
  return { root, folder, env, host, session };
}

/** The folder stays, because the process is in it; of all in it only the login as it was comes back. */
async function tidy({ root, folder }: IdleHome): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  await cp(join(root, 'login'), join(folder, 'home'), { recursive: true });
}

async function remove({ host, root }: IdleHome): Promise<void> {
  await host.stop();
  await rm(root, { recursive: true, force: true });
}
