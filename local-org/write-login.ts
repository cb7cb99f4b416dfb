import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrgDoor } from './door.ts';

export type Login = Pick<OrgDoor, 'url' | 'username' | 'accessToken' | 'orgId' | 'apiVersion'> & {
  readonly alias: string;
  readonly isDefault: boolean;
  readonly refreshToken?: string;
};

type Aliases = { readonly orgs?: Readonly<Record<string, string>> };

/**
 * Writes the files that `sf org login` leaves in a home folder (seen: @salesforce/core 9, generic keychain). The core
 * itself takes over a second for it, and needs a process of its own, since it settles on a home folder when loaded.
 */
export async function writeLogin(homeDir: string, login: Login): Promise<void> {
  const { url, username, orgId, apiVersion, alias, refreshToken } = login;
  await mkdir(join(homeDir, '.sf'), { recursive: true });
  await mkdir(join(homeDir, '.sfdx'), { recursive: true });
  const read = <T>(path: string): Promise<T | undefined> =>
    readFile(join(homeDir, path), 'utf8').then(
      (text) => JSON.parse(text) as T,
      () => undefined,
    );
  // Other logins of this home go on being valid.
  const key = (await read<{ key: string }>('.sfdx/key.json'))?.key ?? randomBytes(16).toString('hex');
  const { orgs } = (await read<Aliases>('.sfdx/alias.json')) ?? {};
  const auth = {
    accessToken: encrypted(login.accessToken, key),
    instanceUrl: url,
    loginUrl: url,
    username,
    orgId,
    isDevHub: false,
    instanceApiVersion: apiVersion,
    instanceApiVersionLastRetrieved: new Date().toLocaleString(),
    name: 'Local Org',
    instanceName: 'LOCAL',
    namespacePrefix: null,
    isSandbox: false,
    isScratch: false,
    trailExpirationDate: null,
    orgEdition: 'Developer Edition',
    tracksSource: false,
    ...(refreshToken === undefined
      ? {}
      : { clientId: 'PlatformCLI', refreshToken: encrypted(refreshToken, key) }),
  };
  const write = (path: string, content: object): Promise<void> =>
    writeFile(join(homeDir, path), JSON.stringify(content, undefined, 2), { mode: 0o600 });
  await write('.sfdx/key.json', { account: 'local', key, service: 'sfdx' });
  await write(`.sfdx/${username}.json`, auth);
  await write('.sfdx/alias.json', { orgs: { ...orgs, [alias]: username } });
  if (!login.isDefault) return;
  await write('.sfdx/sfdx-config.json', { defaultusername: alias });
  await write('.sf/config.json', { 'target-org': alias });
}

function encrypted(text: string, key: string): string {
  const iv = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = cipher.update(text, 'utf8', 'hex') + cipher.final('hex');
  return `${iv}${body}:${cipher.getAuthTag().toString('hex')}`;
}
