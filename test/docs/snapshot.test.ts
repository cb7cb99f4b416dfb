import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test('the flags that users rely on are as they were recorded (npm run snapshot records them anew)', async () => {
  const script = join(root, 'bin', 'dev.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'snapshot:compare'], { cwd: root });
  expect(stdout).toContain('No changes have been detected');
}, 60_000);
