import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test('the API documentation has a text for everything that is exported, and no warning', async () => {
  const script = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc');
  // The compiler has its say elsewhere.
  const args = [script, '--emit', 'none', '--skipErrorChecking'];
  const run = promisify(execFile)(process.execPath, args, { cwd: root });
  const { stdout, stderr } = await run;
  expect(`${stdout}${stderr}`).not.toMatch(/warning|error/i);
}, 180_000);
