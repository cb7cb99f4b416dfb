import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolatedHome, spawnOrg, trustOrg, type OrgDoor, type OrgOptions } from '../local-org/index.ts';
import { projectRoot, sf } from '../test/host/sf.ts';
import type { Command } from './measure.ts';

const sfScript = join(projectRoot, 'test/host/node_modules/@salesforce/cli/bin/run.js');

/** A local org in a process of its own, and the stock CLI, logged in to it, with this plugin linked. */
export type Stage = {
  readonly org: OrgDoor;
  readonly folder: string;
  readonly file: (name: string) => string;
  /** A command of the stock CLI or of this plugin, both under the same `sf`. */
  readonly sf: (args: readonly string[], rest?: Partial<Command>) => Command;
  /** Any other program. */
  readonly program: (program: string, args: readonly string[], extra?: NodeJS.ProcessEnv) => Command;
  /** Starts another org beside the first, as near or as far, and logs in to it. */
  readonly addOrg: (alias: string, options?: OrgOptions) => Promise<OrgDoor>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export async function openStage(options: OrgOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-bench-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const org = await spawnOrg({ tls: true, ...options });
  trustOrg(org);
  const env = { PATH: process.env.PATH, ...(await isolatedHome(org, home)) };
  await logIn(org, env, ['--set-default']);
  await done(sf(['plugins', 'link', projectRoot, '--no-install'], env));
  const orgs = [org];
  const base = { env: { ...env, CI: 'true' }, folder };
  return {
    org,
    folder,
    file: (name) => join(folder, name),
    sf: (args, rest = {}) => ({ program: process.execPath, args: [sfScript, ...args], ...base, ...rest }),
    program: (program, args, extra = {}) => ({ program, args, ...base, env: { ...base.env, ...extra } }),
    async addOrg(alias, more = {}) {
      const added = await spawnOrg({ tls: true, ...wireOf(options), ...more });
      orgs.push(added);
      trustOrg(added);
      await trustAlso(added, env);
      await logIn(added, env, ['--alias', alias]);
      return added;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(orgs.map((each) => each.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function logIn(org: OrgDoor, env: NodeJS.ProcessEnv, more: readonly string[]): Promise<void> {
  const login = ['org', 'login', 'access-token', '--instance-url', org.url, '--no-prompt', ...more];
  await done(sf(login, { ...env, SF_ACCESS_TOKEN: org.accessToken }));
}

function wireOf({ latencyMs, bandwidthBytesPerSecond }: OrgOptions): OrgOptions {
  return {
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(bandwidthBytesPerSecond === undefined ? {} : { bandwidthBytesPerSecond }),
  };
}

/** Commands trust the certificates of one file. */
async function trustAlso(org: OrgDoor, env: NodeJS.ProcessEnv): Promise<void> {
  const trusted = env.NODE_EXTRA_CA_CERTS;
  if (org.certificateFile === undefined || trusted === undefined) return;
  await appendFile(trusted, `\n${await readFile(org.certificateFile, 'utf8')}`);
}

async function done(running: ReturnType<typeof sf>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`The stock CLI did not start: ${stdout}${stderr}`);
}
