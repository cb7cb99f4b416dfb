// Runs lint, the search for unused code, the formatting check and the type check side by side, and fails when one does.
// Scripts that are named on the command line run beside them: only tests need the stock CLI, which takes long to install.
import { spawn } from 'node:child_process';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function run(script) {
  return new Promise((resolve) => {
    const child = spawn(npm, ['run', '--silent', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('close', (code) => {
      if (code !== 0) process.stdout.write(`npm run ${script} failed:\n${Buffer.concat(output)}`);
      resolve(code === 0);
    });
  });
}

const checks = ['lint', 'lint:unused', 'lint:format', 'typecheck'];
const passed = await Promise.all([...checks, ...process.argv.slice(2)].map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
