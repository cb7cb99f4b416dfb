import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loginTo, type Org } from '../../../local-org/index.ts';
import { exitCodes } from '../../../src/cli/exit-codes.js';
import type { Outcome } from '../../host/command-host.ts';
import { compiled } from '../../host/sf.ts';

/** A folder to run commands in, whose login leads to another address than the org's own. */
export type HostileHome = {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export async function hostileHome(org: Org, url: string): Promise<HostileHome> {
  const root = await mkdtemp(join(tmpdir(), 'bulk2-'));
  const folder = join(root, 'a', 'b');
  await mkdir(folder, { recursive: true });
  const { username, accessToken, refreshToken, orgId, apiVersion } = org;
  const door = { url, username, accessToken, refreshToken, orgId, apiVersion } as Org;
  const env = { ...process.env, ...(await loginTo(door, join(folder, 'home'))), CI: 'true', ...compiled };
  await writeFile(join(folder, 'in.csv'), 'External_Id__c,Name\n1,a\n2,b\n3,c\n');
  return { env, folder, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

/** Each leaves what it writes in the folder. */
export const commands: ReadonlyArray<readonly string[]> = [
  ['insert', '--file', 'in.csv', '--sobject', 'Account', '--results-dir', 'results'],
  ['upsert', '--file', 'in.csv', '--sobject', 'Account', '--external-id', 'External_Id__c', '--async'],
  ['query', '--query', 'SELECT Id, Name FROM Account', '--output-file', 'out.csv'],
  ['query', '--query', 'SELECT Id, Name FROM Account'],
  ['query', '--query', 'SELECT Id, Name FROM Account', '--rest'],
  ['update', '--query', 'SELECT Id FROM Account LIMIT 3', '--set', 'Description=x', '--no-prompt'],
  ['job', 'list'],
  ['job', 'status', '--id', 'JOB'],
  ['job', 'results', '--id', 'JOB', '--results-dir', 'results'],
];

/** Values of before an update are saved under its object's name. */
const mayBe = [
  /^a\/b\/Account-before-update-\d{8}T\d{9}Z\.csv/,
  /^a\/b\/(home\/|in\.csv$|out\.csv)/,
  /^a\/b\/(results\/)?[0-9A-Za-z]{15,18}-[\w-]+\.csv/,
];

/** @returns what is wrong with how a command has ended under `--json` */
export async function wrongInOutcome(
  { code, stdout, stderr }: Outcome,
  { folder }: HostileHome,
  token: string,
): Promise<string[]> {
  const wrong: string[] = [];
  if (!(Object.values(exitCodes) as unknown[]).includes(code))
    wrong.push(`its exit code is ${code}: ${stderr}`);
  const json = parsed(stdout);
  if (json?.status !== code)
    wrong.push(`its JSON does not have the exit code ${code}: ${stdout.slice(0, 500)}`);
  if (`${JSON.stringify({ ...json, result: undefined })}${stderr}`.includes(token))
    wrong.push('it tells the token');
  const root = join(folder, '..', '..');
  for (const name of await readdir(root, { recursive: true })) {
    const isFile = (await readFile(join(root, name)).catch(() => undefined)) !== undefined;
    if (isFile && !mayBe.some((each) => each.test(name))) wrong.push(`it has written ${name}`);
  }
  return wrong;
}

function parsed(text: string): { readonly status?: unknown } | undefined {
  try {
    return JSON.parse(text) as { readonly status?: unknown };
  } catch {
    return undefined;
  }
}
