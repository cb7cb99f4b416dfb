// `npm run org`: installs and builds what the org and the commands need, then starts the org. Beside a running org
// nothing is built, since commands that run on that org load parts of the build as they need them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneAtATime, refuseSecond, runningOrgs } from './running-orgs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const isWindows = process.platform === 'win32';
const flags = process.argv.slice(2);

try {
  process.exitCode = await oneAtATime(root, prepare);
  if (process.exitCode === 0) process.exitCode = await run(org());
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function prepare() {
  const folder = join(process.cwd(), '.org');
  const running = await runningOrgs(folder);
  refuseSecond(aliasOf(flags), running, join(folder, 'env.sh'));
  const code = await run(npmRun('setup'));
  const isReady = running.length > 0 || flags.includes('--help');
  return code !== 0 || isReady ? code : run(npmRun('build'));
}

function org() {
  const node = join(root, 'node_modules/node/bin', isWindows ? 'node.exe' : 'node');
  return [node, [join(root, 'scripts/org.ts'), ...flags], false];
}

function aliasOf(words) {
  const joined = words.find((word) => word.startsWith('--alias='));
  if (joined !== undefined) return joined.slice('--alias='.length);
  const at = words.indexOf('--alias');
  return at < 0 ? 'local' : words[at + 1];
}

function npmRun(script) {
  return [isWindows ? 'npm.cmd' : 'npm', ['run', '--silent', script], isWindows, root];
}

async function run([command, words, shell, cwd]) {
  const child = spawn(command, words, { cwd, stdio: 'inherit', shell });
  const forward = () => child.kill('SIGTERM');
  // Ctrl-C reaches the org as well: this process waits until it has tidied up.
  const wait = () => {};
  process.on('SIGINT', wait);
  process.once('SIGTERM', forward);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  process.off('SIGINT', wait);
  process.off('SIGTERM', forward);
  return code;
}
