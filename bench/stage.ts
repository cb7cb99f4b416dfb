import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export async function openStage(options: OrgOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-bench-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const org = await spawnOrg({ tls: true, ...options });
  trustOrg(org);
  const env = { PATH: process.env.PATH, ...(await isolatedHome(org, home)) };
  const login = ['org', 'login', 'access-token', '--instance-url', org.url, '--set-default', '--no-prompt'];
  await done(sf(login, { ...env, SF_ACCESS_TOKEN: org.accessToken }));
  await done(sf(['plugins', 'link', projectRoot, '--no-install'], env));
  const base = { env: { ...env, CI: 'true' }, folder };
  return {
    org,
    folder,
    file: (name) => join(folder, name),
    sf: (args, rest = {}) => ({ program: process.execPath, args: [sfScript, ...args], ...base, ...rest }),
    program: (program, args, extra = {}) => ({ program, args, ...base, env: { ...base.env, ...extra } }),
    async [Symbol.asyncDispose]() {
      await org.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function done(running: ReturnType<typeof sf>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`The stock CLI did not start: ${stdout}${stderr}`);
}
