import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { compiled, sfRoot } from '../host/sf.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { needing } from '../support/systems.ts';

const script = join(import.meta.dirname, '../../scripts/org.ts');
const hasStockCli = existsSync(sfRoot);

/** Starts `npm run org` in a folder and returns what it prints once it is ready. */
async function startIn(folder: string): Promise<string> {
  const child = spawn(process.execPath, [script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.includes('Ctrl-C')) return text;
  }
  throw new Error(`The org did not start: ${text}`);
}

test('a second npm run org in the same folder refuses and says how to use the first', async () => {
  const folder = await tempFolder();
  await startIn(folder);
  const second = promisify(execFile)(process.execPath, [script], { cwd: folder });
  await expect(second).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('env.sh') as string,
  });
});

// It prints lines for a POSIX shell.
needing('a POSIX shell')(
  'every line that npm run org prints works as printed, in any folder',
  { timeout: 120_000 },
  async () => {
    const printed = await startIn(await tempFolder());
    const [login = '', first = '', ...others] = printed
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim())
      .filter((line) => hasStockCli || !line.startsWith('sf '));
    expect(login).toMatch(/^source /);
    expect(others.length).toBe(hasStockCli ? 3 : 1);
    const cwd = await tempFolder();
    const env = { ...process.env, ...compiled, PATH: `${join(sfRoot, '../../.bin')}:${process.env.PATH}` };
    const run = (line: string) =>
      promisify(execFile)('bash', ['-ec', `${login}\n${line}`], { cwd, env, encoding: 'utf8' });
    await run(first);
    await Promise.all(others.map(run));
    const exported = await run('node -e "console.log(process.env.HOME)"');
    expect(exported.stdout).toContain('.org');
  },
);
