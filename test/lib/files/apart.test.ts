import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { requireApart } from '../../../src/lib/files/apart.js';
import { failureOf } from '../../support/failure-of.ts';
import { needing } from '../../support/systems.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** What is said of an output beside a file that is read. */
async function saidOf(output: string, read: string): Promise<string> {
  const failure = failureOf(
    requireApart([{ flag: '--report', path: output }], [{ path: read, name: 'a.csv' }]),
  );
  return String(await failure);
}

const refusal = 'a.csv is read by this command, and --report would replace it.';

describe('an output is refused in the place of a file that is read', () => {
  test('by the same path, there or not', async () => {
    const path = join(await tempFolder(), 'a.csv');
    expect(await saidOf(path, path)).toContain(refusal);
    await writeFile(path, 'Name\n');
    expect(await saidOf(path, path)).toContain(refusal);
  });

  test('by a relative path', async () => {
    const path = join(await tempFolder(), 'a.csv');
    expect(await saidOf(relative('.', path), path)).toContain(refusal);
  });

  test('by a hard link', async () => {
    const folder = await tempFolder();
    const [read, output] = [join(folder, 'a.csv'), join(folder, 'b.html')];
    await writeFile(read, 'Name\n');
    await link(read, output);
    expect(await saidOf(output, read)).toContain(refusal);
  });

  needing('symlinks')('by a link, whichever of the two it is', async () => {
    const folder = await tempFolder();
    const [file, through] = [join(folder, 'a.csv'), join(folder, 'b.csv')];
    await writeFile(file, 'Name\n');
    await symlink('a.csv', through);
    expect(await saidOf(through, file)).toContain(refusal);
    expect(await saidOf(file, through)).toContain(refusal);
  });

  needing('symlinks')('through a linked folder, there or not', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'linked'));
    const [file, through] = [join(folder, 'real', 'a.csv'), join(folder, 'linked', 'a.csv')];
    expect(await saidOf(through, file)).toContain(refusal);
    await writeFile(file, 'Name\n');
    expect(await saidOf(through, file)).toContain(refusal);
  });
});

test('two outputs are refused in the same place, in a folder that is still to be made, too', async () => {
  const folder = await tempFolder();
  for (const [one, other] of [
    ['a.csv', 'a.csv'],
    ['new/a.csv', 'new/../new/a.csv'],
    ['a.csv', 'A.CSV'],
  ] as const) {
    const error = await failureOf(
      requireApart([
        { flag: '--output-file', path: join(folder, one) },
        { flag: '--not-found-file', path: join(folder, other) },
      ]),
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain('--output-file and --not-found-file name the same file.');
  }
});

test('files of their own are no fault, with the same content and name, either', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'b'));
  for (const name of ['a.csv', 'b/a.csv']) await writeFile(join(folder, name), 'Name\n');
  const outputs = [
    { flag: '--output-file', path: join(folder, 'b/a.csv') },
    { flag: '--not-found-file', path: join(folder, 'c.csv') },
  ];
  await requireApart(outputs, [{ path: join(folder, 'a.csv'), name: 'a.csv' }]);
});
