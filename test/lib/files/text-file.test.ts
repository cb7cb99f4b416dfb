import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { writeOutput } from '../../../src/lib/files/text-file.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

test('a file appears when it is complete, and nothing is left of one that fails', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'r.html');
  await writeFile(path, 'old');
  function* failing() {
    yield 'half';
    throw new Error('enough');
  }
  await expect(writeOutput(path, failing())).rejects.toThrow('enough');
  expect(await readFile(path, 'utf8')).toBe('old');
  await writeOutput(path, ['new', ' text']);
  expect(await readFile(path, 'utf8')).toBe('new text');
  expect(await readdir(folder)).toEqual(['r.html']);
});

needing('symlinks')('somebody else’s file, folder or link beside it stays as it is', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'mine'), 'precious');
  await symlink('mine', join(folder, 'r.html.part'));
  await writeOutput(join(folder, 'r.html'), ['new']);
  expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('precious');
  expect((await readdir(folder)).sort()).toEqual(['mine', 'r.html', 'r.html.part']);
});

needing('fifos')('a FIFO gets the text, and stays one', async () => {
  const path = join(await tempFolder(), 'fifo');
  execFileSync('mkfifo', [path]);
  const read = text(createReadStream(path));
  await writeOutput(path, ['some', ' text']);
  expect(await read).toBe('some text');
  expect((await stat(path)).isFIFO()).toBe(true);
});
