// Starts a local org, logs in to it in `.org` of the current folder, and keeps it until Ctrl-C.
// Everything after `npm run org --` goes to the org: `npm run org -- --latency-ms 80 --table Big__c=1000000`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loginTo, optionsFromFlags, orgFlags, orgFlagsHelp, startOrg, type Org } from '../local-org/index.ts';
import { addressFolder, oneAtATime, refuseSecond, runningOrgs, type RunningOrg } from './running-orgs.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(process.cwd(), '.org');
const home = join(folder, 'home');
const envFile = join(folder, 'env.sh');
const certificates = join(home, 'local-org.pem');
/** Its own `sf`, in front of the path of terminals for the org. */
const bin = join(folder, 'bin');
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

const help = `Starts a local Salesforce org, over HTTPS unless told otherwise, with a login of its own, and keeps it until Ctrl-C.

  npm run org -- [options]

  --alias NAME                    alias of the login (default: local); another one is another org beside the first
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
    options: { ...orgFlags, alias: { type: 'string', default: 'local' }, help: { type: 'boolean' } },
  });
  if (flags.help === true) {
    console.log(help);
    return;
  }
  const { alias } = flags;
  if (!/^[\w-]+$/.test(alias)) throw new Error(`--alias takes letters, digits, "_" and "-", not "${alias}"`);
  const options = optionsFromFlags(flags);
  const { org, others, addressFile } = await oneAtATime(process.cwd(), async () => {
    const running = await runningOrgs(folder);
    refuseSecond(alias, running, envFile);
    const started = await startOrg({ tls: true, ...options });
    return { org: started, others: running, addressFile: await logIn(started, alias, running) };
  });
  console.log(others.length === 0 ? welcome(org, alias) : welcomeBeside(org, alias, others));
  const stop = async (): Promise<void> => {
    await org.stop();
    const tidyUp = (): void => {
      rmSync(addressFile, { force: true });
      const isLast = readdirSync(addressFolder(folder)).length === 0;
      if (isLast) rmSync(folder, { recursive: true, force: true });
    };
    // Of several that stop at once each one waits without a word.
    await oneAtATime(process.cwd(), tidyUp, () => undefined);
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
}

/** Adds a login to those of the orgs that run beside it. @returns the file that says that this org runs */
async function logIn(org: Org, alias: string, others: readonly RunningOrg[]): Promise<string> {
  // A login from an earlier org would point at a port that is gone.
  if (others.length === 0) rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const env = await loginTo(org, home, { alias, isDefault: others.length === 0 || alias === 'local' });
  const certificate =
    org.certificateFile === undefined ? undefined : readFileSync(org.certificateFile, 'utf8');
  const trusted = [...others.map((other) => other.certificate), certificate, ownCertificates()].filter(
    (each) => each !== undefined,
  );
  // Terminals that have read the lines of an org beside it trust this one, too.
  if (trusted.length > 0) writeFileSync(certificates, trusted.join('\n'));
  const trust: Record<string, string> = trusted.length > 0 ? { NODE_EXTRA_CA_CERTS: certificates } : {};
  writeFileSync(envFile, exports({ ...env, ...trust, SF_DATA_DIR: dataFolder }), { mode: 0o600 });
  mkdirSync(addressFolder(folder), { recursive: true });
  const addressFile = join(addressFolder(folder), `${alias}.json`);
  writeFileSync(addressFile, JSON.stringify({ url: org.url, pid: process.pid, certificate }));
  return addressFile;
}

/** What the person trusts beside, such as the certificate of a proxy, which npm needs there, too. */
function ownCertificates(): string | undefined {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  return file === undefined || file === certificates || !existsSync(file)
    ? undefined
    : readFileSync(file, 'utf8');
}

function exports(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  const folders = [...(isLinked() ? [] : [ownSf()]), join(root, 'node_modules/.bin')];
  return [...lines, `export PATH=${folders.map(shellWord).join(':')}:"$PATH"`, ''].join('\n');
}

/** `sf bulk2` is this clone's where `sf` does not have it, and all else is for `sf`. @returns the folder that has it */
function ownSf(): string {
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh
if [ "$1" = bulk2 ]; then exec ${shellWord(process.execPath)} ${shellWord(join(root, 'bin/run.js'))} "$@"; fi
IFS=:
for folder in $PATH; do
  case $folder in */.org/bin) continue ;; esac
  if [ -x "$folder/sf" ] && [ ! -d "$folder/sf" ]; then exec "$folder/sf" "$@"; fi
done
echo 'This is not an sf bulk2 command, and there is no Salesforce CLI on the PATH. Install it: npm install --global @salesforce/cli' >&2
exit 127
`;
  writeFileSync(join(bin, 'sf'), script, { mode: 0o755 });
  return bin;
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

function welcome({ url, controlUrl, username }: Org, alias: string): string {
  const airports = shellWord(join(root, 'examples/airports.csv'));
  return `
A local Salesforce org is running at ${url}
(user ${username}, alias "${alias}").
Your own ~/.sf and ~/.sfdx are not touched: its login and certificate are in
${home}

Run the first of these lines in another terminal. Until you close it, HOME is
that folder there, and "sf bulk2" is the one of this project:

  source ${shellWord(envFile)}
  sf bulk2 upsert --file ${airports} --sobject Account
  sf bulk2 query --query "SELECT Id, Name FROM Account"

${stockCommands()}

Faults, counters and uploads (local-org/README.md):
${controlUrl}
Press Ctrl-C to stop.
`;
}

function stockCommands(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = process.platform === 'win32' ? ['sf.cmd', 'sf.exe'] : ['sf'];
  if (!folders.some((each) => names.some((name) => existsSync(join(each, name))))) {
    return `There is no Salesforce CLI on the PATH: only "sf bulk2" works there.
To try "sf data" beside it, install the CLI in another terminal:

  npm install --global @salesforce/cli`;
  }
  return `And with the stock CLI, which has your other plugins there, too:

  sf data query --query "SELECT Id, Username FROM User"
  sf data export bulk --query "SELECT Id, Name FROM Account" --output-file out.csv --wait 5`;
}

function welcomeBeside({ url, username }: Org, alias: string, others: readonly RunningOrg[]): string {
  return `
Another local Salesforce org is running at ${url}
(user ${username}, alias "${alias}"),
beside ${others.map((other) => `"${other.alias}"`).join(', ')}.
In a terminal for the local orgs, "--target-org ${alias}" now means this one:

  source ${shellWord(envFile)}
  sf bulk2 copy --sobject Account --source-org ${others[0]?.alias ?? 'local'} --target-org ${alias}

Press Ctrl-C to stop.
`;
}
