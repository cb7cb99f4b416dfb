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
  /** Another org, with the alias `source`, where one is wanted. */
  readonly source?: Org;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly host: CommandHost;
  readonly close: () => Promise<void>;
};

/** A home without an org: the next one will be at the same address, with the same identity and access token. */
type IdleHome = Omit<CommandHome, keyof Orgs | 'close'> & {
  /** Of everything that the home has on disk. */
  readonly root: string;
  readonly session: Session;
  /** At the other org. */
  readonly sourceSession?: Session;
  /** What names of users end in: a login has them. */
  readonly sandboxes?: string;
};

type Orgs = Pick<CommandHome, 'org' | 'source'>;
type Session = { readonly port: number; readonly accessToken: string; readonly orgId: string };

const idleHomes: IdleHome[] = [];

/** Of the org on the pages of docs. */
const pagesAlias = { alias: 'my-org', isDefault: false } as const;

/** A home of one's own. Its environment may be changed until the first command. */
export async function openHome(options: OrgOptions, login: LoginOptions): Promise<CommandHome> {
  const org = await startTlsOrg(options);
  const home = await makeHome({ org }, login);
  return { ...home, org, close: () => Promise.all([org.stop(), remove(home)]).then(() => undefined) };
}

/**
 * A home that others may have had before: with new orgs and an empty folder, but in the same process, which took most
 * of a second of CPU to load the commands.
 */
export async function borrowHome(options: OrgOptions, ofSource?: OrgOptions): Promise<CommandHome> {
  const sandboxes = JSON.stringify([options.sandbox, ofSource?.sandbox]);
  const isFit = (home: IdleHome): boolean =>
    (home.sourceSession === undefined) === (ofSource === undefined) && home.sandboxes === sandboxes;
  for (let home = idleHomes.find(isFit); home !== undefined; home = idleHomes.find(isFit)) {
    idleHomes.splice(idleHomes.indexOf(home), 1);
    const orgs = await startOrgs(options, ofSource, home).catch(() => undefined);
    if (orgs !== undefined) return lend(home, orgs);
    // A port of it has been taken meanwhile.
    await remove(home);
  }
  const orgs = await startOrgs(options, ofSource);
  const home = { ...(await makeHome(orgs, {})), sandboxes };
  Object.freeze(home.env);
  return lend(home, orgs);
}

async function startOrgs(
  options: OrgOptions,
  ofSource: OrgOptions | undefined,
  home?: IdleHome,
): Promise<Orgs> {
  const org = await startTlsOrg({ ...options, ...home?.session });
  if (ofSource === undefined) return { org };
  try {
    return { org, source: await startTlsOrg({ ...ofSource, ...home?.sourceSession }) };
  } catch (error) {
    await org.stop();
    throw error;
  }
}

/** Commands reach the org as they reach the service, and so do tests that talk to it like another tool. */
async function startTlsOrg(options: OrgOptions): Promise<Org> {
  const org = await startOrg({ tls: true, ...options });
  trustOrg(org);
  return org;
}

function lend(home: IdleHome, { org, source }: Orgs): CommandHome {
  const close = async (): Promise<void> => {
    await home.host.idle();
    await Promise.all([org.stop(), source?.stop()]);
    if (!home.host.isRunning) return remove(home);
    await tidy(home);
    idleHomes.push(home);
  };
  return { ...home, org, ...(source && { source }), close };
}

async function makeHome({ org, source }: Orgs, login: LoginOptions): Promise<IdleHome> {
  const root = await mkdtemp(join(tempRoot, 'bulk2-'));
  const folder = join(root, 'work');
  await mkdir(folder);
  if (source !== undefined) await loginTo(source, join(folder, 'home'), { alias: 'source' });
  const env = {
    ...ownEnv(),
    ...(await loginTo(org, join(folder, 'home'), login)),
    CI: 'true',
    ...compiled,
  };
  // Before the process begins: it reads the aliases once.
  if (login.alias === undefined) await loginTo(org, join(folder, 'home'), { ...login, ...pagesAlias });
  await cp(join(folder, 'home'), join(root, 'login'), { recursive: true });
  const host = new CommandHost(env, folder, { removes: root });
  const sourceSession = source && sessionOf(source);
  return { root, folder, env, host, session: sessionOf(org), ...(sourceSession && { sourceSession }) };
}

/** Without what npm adds: the core looks through all variables for each of its settings, again and again. */
function ownEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
}

function sessionOf({ url, accessToken, orgId }: Org): Session {
  return { port: Number(new URL(url).port), accessToken, orgId };
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
