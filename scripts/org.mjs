// Starts the local org, logs in to it in a folder of the project, and keeps it until Ctrl-C.
// Everything after `npm run org --` goes to the org: `npm run org -- --latency-ms 80 --table Big__c=1000000`.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.org');
const home = join(folder, 'home');
const envFile = join(folder, 'env.sh');
const urlFile = join(folder, 'url');

if (process.argv.includes('--help')) {
  spawn(process.execPath, [join(root, 'local-org/main.ts'), '--help'], { stdio: 'inherit' });
} else {
  await run();
}

async function run() {
  const running = await runningOrg();
  if (running !== undefined) {
    console.error(`A local org is running already at ${running}: source ${envFile}, or stop it first.`);
    process.exit(1);
  }
  const org = spawn(
    process.execPath,
    [join(root, 'local-org/main.ts'), '--json', '--with-parent', ...process.argv.slice(2)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl-C reaches this process alone, so that the login's folder goes when the org goes.
      detached: true,
    },
  );
  const facts = await firstLine(org);
  if (facts === undefined) process.exit(1);
  // A login from an earlier org would point at a port that is gone.
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { loginTo } = await import('../local-org/login.ts');
  const env = await loginTo(facts, home);
  writeFileSync(envFile, exports({ ...env, PATH: `${join(root, 'node_modules/.bin')}:$PATH` }));
  chmodSync(envFile, 0o600);
  writeFileSync(urlFile, facts.url);
  console.log(welcome(facts));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => org.kill('SIGTERM'));
  org.once('exit', (code) => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(code ?? 0);
  });
}

async function runningOrg() {
  if (!existsSync(urlFile)) return undefined;
  const url = readFileSync(urlFile, 'utf8');
  return fetch(`${url}/services/data`).then(
    (answer) => (answer.ok ? url : undefined),
    () => undefined,
  );
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  return undefined;
}

function exports(env) {
  const quoted = (value) => `"${value.replace(/["\\`]/g, '\\$&')}"`;
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

function welcome({ url, username }) {
  const here = (path) => relative(process.cwd(), path) || '.';
  return `
A local Salesforce org is running at ${url} (user ${username}, alias "local").
Its login is in ${here(home)}; your own ~/.sf and ~/.sfdx are not touched.

In another terminal:

  source ${here(envFile)}

  ${here(join(root, 'bin/run.js'))} bulk2 query --query "SELECT Id, Name FROM Account" --target-org local
  ${here(join(root, 'bin/run.js'))} bulk2 upsert --file accounts.csv --sobject Account --target-org local

and with the stock CLI, if it is installed:

  sf data query --query "SELECT Id, Username FROM User" --target-org local
  sf data import bulk --file accounts.csv --sobject Account --wait 5 --target-org local
  sf data export bulk --query "SELECT Id, Name FROM Account" --output-file out.csv --wait 5 --target-org local

Faults, counters and uploads: ${url}/__control (local-org/README.md).
Press Ctrl-C to stop.
`;
}
