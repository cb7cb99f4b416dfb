import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { needing } from '../support/systems.ts';

const script = join(import.meta.dirname, '../../scripts/demo-copy.ts');

/** Runs the demo, and asks it to stop once it has printed a text. */
async function demo(stopAt?: string) {
  const temp = await tempFolder();
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, TMPDIR: temp, TEMP: temp },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (stopAt !== undefined && output.includes(stopAt)) child.kill('SIGINT');
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, left: await readdir(temp) };
}

test('the demo of a copy is interrupted, resumed and retried, ends with equal orgs, and leaves nothing behind', async () => {
  const { code, output, left } = await demo();
  expect(code, output).toBe(0);
  expect(output).toMatch(
    /Interrupted\. [^]*2 failed, .* 392 held[^]*8,742 successful, 0 failed, 0 unp.* 0 held/,
  );
  expect(output).toContain('5,366 in the first, 5,366 in the second, 0 different');
  expect(left).toEqual([]);
}, 240_000);

// Windows knows no such signal between processes.
needing('a POSIX shell')(
  'the demo of a copy leaves nothing behind when it is stopped',
  { timeout: 120_000 },
  async () => {
    const { code, output, left } = await demo('Exporting');
    expect(code, output).toBe(130);
    expect(left).toEqual([]);
  },
);
