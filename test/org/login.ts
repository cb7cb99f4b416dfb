import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OrgDoor } from './door.ts';

/** Environment of commands that are to see a login of their own, and nothing of the person's. */
export type LoginEnv = Readonly<Record<string, string>>;

export type LoginOptions = {
  /** Alias of the org. Default `local`. */
  readonly alias?: string;
  /** Keep a refresh token too, so that an expired session is renewed. Default: the access token only. */
  readonly refreshable?: boolean;
};

/** Where the CLI, its plugins and their caches look, all of it inside of one folder. */
export function isolatedEnv(homeDir: string): LoginEnv {
  return {
    HOME: homeDir,
    USERPROFILE: homeDir,
    XDG_CACHE_HOME: join(homeDir, '.cache'),
    XDG_CONFIG_HOME: join(homeDir, '.config'),
    XDG_DATA_HOME: join(homeDir, '.local', 'share'),
    XDG_STATE_HOME: join(homeDir, '.local', 'state'),
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
    SF_DISABLE_TELEMETRY: 'true',
    SF_AUTOUPDATE_DISABLE: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_DISABLE_LOG_FILE: 'true',
    SFDX_DISABLE_DNS_CHECK: 'true',
    SF_DOMAIN_RETRY: '0',
  };
}

/**
 * Logs in to an org as `sf org login` would, in a home folder of its own, and makes it the default org there.
 * Add the answer to `process.env` of a command to run it against the org.
 */
export async function loginTo(org: OrgDoor, homeDir: string, options: LoginOptions = {}): Promise<LoginEnv> {
  await mkdir(homeDir, { recursive: true });
  const env = isolatedEnv(homeDir);
  const login = {
    url: org.url,
    username: org.username,
    accessToken: org.accessToken,
    alias: options.alias ?? 'local',
    ...(options.refreshable === true ? { refreshToken: org.refreshToken } : {}),
  };
  const script = join(import.meta.dirname, 'write-login.ts');
  // The CLI's core settles on a home folder when it is loaded, so it is loaded in a process of its own.
  await promisify(execFile)(process.execPath, [script], {
    cwd: homeDir,
    env: { ...process.env, ...env, LOCAL_ORG_LOGIN: JSON.stringify(login) },
  });
  return env;
}
