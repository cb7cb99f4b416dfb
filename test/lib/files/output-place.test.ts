import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { outputPlace, type FilePlace, type OutputPlace } from '../../../src/lib/files/output-place.js';
import { PartFile } from '../../../src/lib/files/part-file.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

const id = '20260101T000000000Z-abcdef';

function placeOf(path: string): Promise<OutputPlace> {
  return outputPlace(path, { id });
}

describe('a plain file', () => {
  test('that is not there yet gets a partial file of the run’s own beside it', async () => {
    const folder = await tempFolder();
    expect(await placeOf(join(folder, 'out.csv'))).toEqual({
      kind: 'file',
      path: join(folder, 'out.csv'),
      partial: join(folder, `out.csv.${id}.part`),
    });
  });

  needing('modes')('that is there keeps its permissions', async () => {
    const path = join(await tempFolder(), 'out.csv');
    await writeFile(path, 'old', { mode: 0o640 });
    const file = await PartFile.open((await placeOf(path)) as FilePlace);
    await file.write(Buffer.from('new'));
    await file.commit();
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  needing('modes')(
    'that is read-only can be gone on with, and is read-only again once it is complete',
    async () => {
      const path = join(await tempFolder(), 'out.csv');
      await writeFile(path, 'old', { mode: 0o444 });
      const place = (await placeOf(path)) as FilePlace;
      const first = await PartFile.open(place);
      await first.write(Buffer.from('new'));
      const offset = await first.sync();
      await first.close();
      expect((await stat(place.partial)).mode & 0o777).toBe(0o644);
      await (await PartFile.open(place, offset)).commit();
      expect((await stat(path)).mode & 0o777).toBe(0o444);
      expect(await readFile(path, 'utf8')).toBe('new');
    },
  );

  needing('modes').each([
    [0o022, 0o644],
    [0o077, 0o600],
    [0o002, 0o664],
  ])('that is new follows the umask %o: %o', async (mask, mode) => {
    const path = join(await tempFolder(), 'out.csv');
    const before = process.umask(mask);
    try {
      await (await PartFile.open((await placeOf(path)) as FilePlace)).commit();
    } finally {
      process.umask(before);
    }
    expect((await stat(path)).mode & 0o777).toBe(mode);
  });

  test('with a long name has a partial file that a file system takes', async () => {
    const place = (await placeOf(join(await tempFolder(), `${'x'.repeat(250)}.csv`))) as FilePlace;
    await (await PartFile.open(place)).commit();
    expect((await stat(place.path)).size).toBe(0);
  });
});

describe('a link', () => {
  needing('symlinks').each([true, false])(
    'stays, and what it names is replaced (there: %s)',
    async (isThere) => {
      const folder = await tempFolder();
      const target = join(folder, 'data', 'real.csv');
      await mkdir(join(folder, 'data'));
      if (isThere) await writeFile(target, 'old');
      await symlink('data/real.csv', join(folder, 'b'));
      await symlink('b', join(folder, 'a'));
      const file = await PartFile.open((await placeOf(join(folder, 'a'))) as FilePlace);
      await file.write(Buffer.from('new'));
      await file.commit();
      expect(await readlink(join(folder, 'a'))).toBe('b');
      expect(await readFile(target, 'utf8')).toBe('new');
    },
  );

  needing('symlinks')('that comes back to itself is refused, and stays', async () => {
    const folder = await tempFolder();
    await symlink('b', join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    await expect(placeOf(join(folder, 'a'))).rejects.toBeInstanceOf(UsageError);
    expect(await readlink(join(folder, 'a'))).toBe('b');
    expect(await readlink(join(folder, 'b'))).toBe('a');
  });

  needing('symlinks')('in the place of the partial file is not followed', async () => {
    const folder = await tempFolder();
    const mine = join(folder, 'mine.txt');
    await writeFile(mine, 'precious');
    const place = (await placeOf(join(folder, 'out.csv'))) as FilePlace;
    await symlink(mine, place.partial);
    await expect(PartFile.open(place, 3)).rejects.toThrow('does not have the 3 bytes');
    const file = await PartFile.open(place);
    await file.write(Buffer.from('new'));
    await file.commit();
    expect(await readFile(mine, 'utf8')).toBe('precious');
    expect(await readFile(place.path, 'utf8')).toBe('new');
  });
});

describe('what is no plain file takes a stream:', () => {
  needing('fifos')('a FIFO, and a link to one', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    await symlink('fifo', join(folder, 'link'));
    expect(await placeOf(path)).toEqual({ kind: 'stream', path });
    expect(await placeOf(join(folder, 'link'))).toEqual({ kind: 'stream', path: join(folder, 'link') });
  });

  needing('a POSIX shell').each([
    ['/dev/fd/63', 63],
    ['/proc/self/fd/7', 7],
    ['/proc/thread-self/fd/7', 7],
    ['/proc/self/task/4711/fd/7', 7],
    [`/proc/${process.pid}/fd/7`, 7],
    ['/dev/stdout', 1],
  ])('%s', async (path, fd) => {
    expect(await placeOf(path)).toEqual({ kind: 'stream', path, fd });
  });
});

test('writers of one output have partial files of their own, and each is whole', async () => {
  const path = join(await tempFolder(), 'out.csv');
  const files = await Promise.all(
    ['one', 'two'].map(async (writer) => {
      const place = (await outputPlace(path, { id: writer })) as FilePlace;
      return { writer, file: await PartFile.open(place) };
    }),
  );
  for (const { writer, file } of files) await file.write(Buffer.from(writer));
  for (const { writer, file } of files) {
    await file.commit();
    expect(await readFile(path, 'utf8')).toBe(writer);
  }
});
