import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test.each(['snapshot:compare', 'schema:compare'])(
  'what users rely on is as it was recorded: %s (npm run snapshot records it anew)',
  async (command) => {
    const script = join(root, 'bin', 'dev.js');
    const { stdout } = await promisify(execFile)(process.execPath, [script, command], { cwd: root });
    expect(stdout).toContain('No changes have been detected');
  },
  180_000,
);
