import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrgDoor } from './door.ts';
import { writeLogin } from './write-login.ts';

/** Environment of commands that are to see a login of their own, and nothing of the person's. */
export type LoginEnv = Readonly<Record<string, string>>;

export type LoginOptions = {
  /** Alias of the org. Default `local`. */
  readonly alias?: string;
  /** Make it the default org of the home folder. Default: true. */
  readonly isDefault?: boolean;
  /** Keep a refresh token too, so that an expired session is renewed. Default: the access token only. */
  readonly refreshable?: boolean;
};

/**
 * Makes a folder the home of commands that are to reach an org: the CLI, its plugins and their caches look in there for
 * everything, and the org's certificate is trusted. The answer is the environment that says so.
 */
export async function isolatedHome(org: OrgDoor, homeDir: string): Promise<LoginEnv> {
  await mkdir(homeDir, { recursive: true });
  const env = isolatedEnv(homeDir);
  if (org.certificateFile === undefined) return env;
  const certificate = join(homeDir, 'local-org.pem');
  await copyFile(org.certificateFile, certificate);
  return { ...env, NODE_EXTRA_CA_CERTS: certificate };
}

function isolatedEnv(homeDir: string): LoginEnv {
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
 * Logs in to an org as `sf org login` would, in a home folder of its own, and makes it the default org there
 * unless told otherwise.
 * Add the answer to `process.env` of a command to run it against the org.
 */
export async function loginTo(org: OrgDoor, homeDir: string, options: LoginOptions = {}): Promise<LoginEnv> {
  const { url, username, accessToken, refreshToken, orgId, apiVersion } = org;
  await writeLogin(homeDir, {
    url,
    username,
    accessToken,
    orgId,
    apiVersion,
    alias: options.alias ?? 'local',
    isDefault: options.isDefault ?? true,
    ...(options.refreshable === true ? { refreshToken } : {}),
  });
  return isolatedHome(org, homeDir);
}
