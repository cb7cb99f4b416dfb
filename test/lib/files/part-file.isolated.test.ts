import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { PartFile, PartFileLostError } from '../../../src/lib/files/part-file.js';
import { fileHandlePrototype, openFiles } from '../../support/file-handles.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

describe('a file', () => {
  test('appears under its name at commit, replacing what was there, and not before', async () => {
    const { folder, path } = await target();
    await writeFile(path, 'old');
    const file = await PartFile.open(path);
    await file.write(Buffer.from('new'));
    await file.sync();
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.commit();
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['out.csv']);
  });

  test('is on disk before it gets its name, and its name is on disk when commit resolves', async () => {
    const { folder, path } = await target();
    const steps: string[] = [];
    const prototype = await fileHandlePrototype();
    const spies = (['datasync', 'sync'] as const).map((call) =>
      vi.spyOn(prototype, call).mockImplementation(async () => {
        steps.push(`${call}: ${(await readdir(folder)).join()}`);
      }),
    );
    const file = await PartFile.open(path);
    await file.write(Buffer.from('new'));
    await file.commit();
    for (const spy of spies) spy.mockRestore();
    expect(steps).toEqual(['datasync: out.csv.part', 'sync: out.csv']);
  });

  test('that is left is kept beside, and never appears', async () => {
    const { folder, path } = await target();
    const file = await PartFile.open(path);
    await file.write(Buffer.from('half'));
    await file.sync();
    await file.close();
    expect(await readdir(folder)).toEqual(['out.csv.part']);
  });

  test('may be empty', async () => {
    const { path } = await target();
    await (await PartFile.open(path)).commit();
    expect(await readFile(path, 'utf8')).toBe('');
  });

  needing('modes').each([0, 3])(
    'is readable by its owner only, even if its partial file was not (from byte %i)',
    async (offset) => {
      const { path } = await target();
      await writeFile(`${path}.part`, 'abcdef', { mode: 0o666 });
      const file = await PartFile.open(path, offset);
      expect((await stat(`${path}.part`)).mode & 0o777).toBe(0o600);
      await file.commit();
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    },
  );

  test('has all bytes in order, however they are cut into writes', async () => {
    const { path } = await target();
    const size = fc.oneof(fc.nat(40), fc.nat(200_000));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 30 }), async (sizes) => {
        const chunks = sizes.map((length, index) => Buffer.alloc(length, index));
        const file = await PartFile.open(path);
        for (const chunk of chunks) await file.write(chunk);
        const whole = Buffer.concat(chunks);
        expect(file.offset).toBe(whole.length);
        await file.commit();
        expect((await readFile(path)).equals(whole)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('resumed', () => {
  test('at an offset, it has lost what lay behind, and goes on there', async () => {
    const { path } = await target();
    const first = await PartFile.open(path);
    await first.write(Buffer.from('page 1\n'));
    const offset = await first.sync();
    await first.write(Buffer.from('half of pa'));
    await first.sync();
    await first.close();

    const second = await PartFile.open(path, offset);
    expect(second.offset).toBe(7);
    await second.write(Buffer.from('page 2\n'));
    await second.commit();
    expect(await readFile(path, 'utf8')).toBe('page 1\npage 2\n');
  });

  test('at its beginning, it is new', async () => {
    const { path } = await target();
    await writeFile(`${path}.part`, 'left over');
    const file = await PartFile.open(path);
    await file.write(Buffer.from('new'));
    await file.commit();
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test.each([
    ['is gone', undefined],
    ['is shorter than it was', 'abc'],
  ])('when its partial file %s, it says so instead of filling the gap', async (_, content) => {
    const { folder, path } = await target();
    if (content !== undefined) await writeFile(`${path}.part`, content);
    await expect(PartFile.open(path, 10)).rejects.toThrow(PartFileLostError);
    await expect(PartFile.open(path, 10)).rejects.toThrow('out.csv.part does not have the 10 bytes');
    const left = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(left).toEqual(content === undefined ? [] : [content]);
    expect(await openFiles()).not.toContain(`${path}.part`);
  });
});

test('what was synced is on disk up to the offset that sync told', async () => {
  const { path } = await target();
  const file = await PartFile.open(path);
  await file.write(Buffer.from('abc'));
  expect(await file.sync()).toBe(3);
  expect(await readFile(`${path}.part`, 'utf8')).toBe('abc');
  await file.close();
});

test('in a folder that is not there it fails, and leaves nothing', async () => {
  const { folder } = await target();
  await expect(PartFile.open(join(folder, 'missing', 'out.csv'))).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual([]);
});

async function target(): Promise<{ folder: string; path: string }> {
  const folder = await tempFolder();
  return { folder, path: join(folder, 'out.csv') };
}
