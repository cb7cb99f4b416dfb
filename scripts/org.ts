// Starts a local org, logs in to it in `.org` of the current folder, and keeps it until Ctrl-C.
// Everything after `npm run org --` goes to the org: `npm run org -- --latency-ms 80 --table Big__c=1000000`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  loginTo,
  optionsFromFlags,
  orgFlags,
  orgFlagsHelp,
  startOrg,
  trustOrg,
  type Org,
} from '../local-org/index.ts';

const root = join(import.meta.dirname, '..');
const folder = join(process.cwd(), '.org');
const home = join(folder, 'home');
const envFile = join(folder, 'env.sh');
const addressFile = join(folder, 'address.json');
/** Where the person's own `sf` has its plugins (`Config.dataDir` of oclif). The login is another, the plugins are the same. */
const dataFolder =
  process.env.SF_DATA_DIR ??
  join(
    process.env.XDG_DATA_HOME ??
      (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined) ??
      join(homedir(), '.local', 'share'),
    'sf',
  );

type LinkedPlugins = { readonly oclif?: { readonly plugins?: ReadonlyArray<{ readonly root?: string }> } };
type Address = Pick<Org, 'url' | 'certificateFile'>;

const help = `Starts a local Salesforce org, over HTTPS unless told otherwise, with a login of its own, and keeps it until Ctrl-C.

  npm run org -- [options]

${orgFlagsHelp}`;

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function run(): Promise<void> {
  const { values: flags } = parseArgs({
    allowNegative: true,
    options: { ...orgFlags, help: { type: 'boolean' } },
  });
  if (flags.help === true) {
    console.log(help);
    return;
  }
  await refuseSecondOrg();
  const org = await startOrg({ tls: true, ...optionsFromFlags(flags) });
  // A login from an earlier org would point at a port that is gone.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const env = await loginTo(org, home);
  writeFileSync(envFile, exports({ ...env, SF_DATA_DIR: dataFolder }), { mode: 0o600 });
  const address: Address = { url: org.url, certificateFile: env.NODE_EXTRA_CA_CERTS };
  writeFileSync(addressFile, JSON.stringify(address));
  console.log(welcome(org));
  const stop = async (): Promise<void> => {
    await org.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
}

async function refuseSecondOrg(): Promise<void> {
  if (!existsSync(addressFile)) return;
  const { url, certificateFile } = JSON.parse(readFileSync(addressFile, 'utf8')) as Address;
  trustOrg({ certificateFile });
  const isRunning = await fetch(`${url}/services/data`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (isRunning) {
    throw new Error(
      `A local org is already running at ${url}. Use it (source ${shellWord(envFile)}) or stop it first.`,
    );
  }
}

function exports(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  const path = `export PATH=${shellWord(join(root, 'node_modules/.bin'))}:"$PATH"`;
  return [...lines, path, ...(isLinked() ? [] : [ownCommands()]), ''].join('\n');
}

/** `sf bulk2` is this clone's where `sf` does not have it, and all else is for `sf`. */
function ownCommands(): string {
  const own = `node ${shellWord(join(root, 'bin/run.js'))} "$@"`;
  return `sf() { if [ "$1" = bulk2 ]; then ${own}; else command sf "$@"; fi; }`;
}

/** Whether the person's `sf` has this very folder as a plugin. */
function isLinked(): boolean {
  const file = join(dataFolder, 'package.json');
  if (!existsSync(file)) return false;
  const { oclif } = JSON.parse(readFileSync(file, 'utf8')) as LinkedPlugins;
  return oclif?.plugins?.some((plugin) => plugin.root === root) ?? false;
}

function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function welcome({ url, controlUrl, username }: Org): string {
  const airports = shellWord(join(root, 'examples/airports.csv'));
  return `
A local Salesforce org is running at ${url} (user ${username}, alias "local").
Its login and certificate are in ${home}; your own ~/.sf and ~/.sfdx are not touched.
The plugins of your own sf are there too.

In another terminal, where "sf bulk2" is then this folder's:

  source ${shellWord(envFile)}
  sf bulk2 upsert --file ${airports} --sobject Account
  sf bulk2 query --query "SELECT Id, Name FROM Account"

and with the stock CLI, if it is installed:

  sf data query --query "SELECT Id, Username FROM User"
  sf data export bulk --query "SELECT Id, Name FROM Account" --output-file out.csv --wait 5

Faults, counters and uploads: ${controlUrl} (local-org/README.md).
Press Ctrl-C to stop.
`;
}
