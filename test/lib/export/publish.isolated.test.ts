import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { OutputError } from '../../../src/lib/export/sinks/errors.js';
import { publish, publishAgain, stampOf } from '../../../src/lib/export/publish.js';
import type { FolderPlace } from '../../../src/lib/run/export-plan.js';
import { needing } from '../../support/systems.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** How many more files are written or removed before the process ends; a folder is removed file by file. */
const life = vi.hoisted(() => ({ steps: Number.POSITIVE_INFINITY }));

vi.mock(import('node:fs/promises'), async (original) => {
  const actual = await original();
  const act = async <T>(work: () => Promise<T>): Promise<T> => {
    if (life.steps <= 0) throw new Error('The process has ended.');
    life.steps -= 1;
    return work();
  };
  return {
    ...actual,
    // The folder is mounted.
    rename: async (from, to) =>
      String(to).endsWith('/out')
        ? Promise.reject(Object.assign(new Error('EBUSY'), { code: 'EBUSY' }))
        : act(() => actual.rename(from, to)),
    link: async (from, to) => act(() => actual.link(from, to)),
    copyFile: async (from, to) => {
      await act(() => actual.writeFile(to as string, 'cut'));
      await act(() => actual.copyFile(from, to));
    },
    rm: async (path, options) => {
      const names = await actual.readdir(path as string).catch(() => []);
      for (const name of names.sort()) await act(() => actual.rm(`${String(path)}/${name}`, options));
      return act(() => actual.rm(path, options));
    },
  };
});

const names = ['_manifest.json', 'part-00000.csv', 'part-00001.csv'];

beforeEach(() => {
  life.steps = Number.POSITIVE_INFINITY;
});

async function completeOutput(): Promise<FolderPlace> {
  const folder = await tempFolder();
  const place = { kind: 'folder', path: join(folder, 'out'), partial: join(folder, 'out.1.part') } as const;
  for (const path of [place.path, place.partial]) await mkdir(path);
  for (const name of names) await writeFile(join(place.partial, name), `ours: ${name}`);
  return place;
}

async function contentOf({ path }: FolderPlace): Promise<string[]> {
  return Promise.all((await readdir(path)).sort().map((name) => readFile(join(path, name), 'utf8')));
}

describe('a folder that is mounted', () => {
  test('is filled by a step that can be repeated after a kill at any point of it', async () => {
    const ours = names.map((name) => `ours: ${name}`);
    for (let steps = 0, isKilled = true; isKilled; steps += 1) {
      const place = await completeOutput();
      const stamp = await stampOf(place);
      life.steps = steps;
      isKilled = await publish(place).then(
        () => false,
        () => true,
      );
      life.steps = Number.POSITIVE_INFINITY;
      expect(await publishAgain(place, stamp), `killed after ${steps} steps`).toBe(true);
      expect(await contentOf(place), `killed after ${steps} steps`).toEqual(ours);
      await expect(readdir(place.partial)).rejects.toThrow('ENOENT');
    }
  });

  test.each([
    ['a file of its own', 'mine.txt'],
    ['another complete export', '_manifest.json'],
    ['a file with the name of a part', 'part-00000.csv'],
  ])('that holds %s is refused, and stays as it is', async (_, name) => {
    const place = await completeOutput();
    await writeFile(join(place.path, name), 'mine');
    await expect(publish(place)).rejects.toBeInstanceOf(OutputError);
    expect(await contentOf(place)).toEqual(['mine']);
    expect((await readdir(place.partial)).sort()).toEqual(names);
  });

  needing('symlinks').each(['part-00000.csv', '_manifest.json'])(
    'that holds a link named %s is refused, and what it names stays as it is',
    async (name) => {
      const place = await completeOutput();
      const victim = join(dirname(place.path), 'victim');
      await writeFile(victim, `ours: ${name}`);
      await symlink(victim, join(place.path, name));
      await expect(publish(place)).rejects.toBeInstanceOf(OutputError);
      await writeFile(victim, 'mine');
      await expect(publish(place)).rejects.toBeInstanceOf(OutputError);
      expect(await readFile(victim, 'utf8')).toBe('mine');
      expect(await readlink(join(place.path, name))).toBe(victim);
      expect((await readdir(place.partial)).sort()).toEqual(names);
    },
  );

  test('that holds another file with the name of a part keeps it after a stopped attempt too', async () => {
    for (let steps = 0; steps < 6; steps += 1) {
      const place = await completeOutput();
      life.steps = steps;
      await expect(publish(place)).rejects.toThrow('The process has ended.');
      life.steps = Number.POSITIVE_INFINITY;
      await writeFile(join(place.path, 'part-00001.csv'), 'mine');
      await expect(publish(place), `stopped after ${steps} steps`).rejects.toBeInstanceOf(OutputError);
      expect(await readFile(join(place.path, 'part-00001.csv'), 'utf8')).toBe('mine');
    }
  });
});

test('an output that is gone before it has its name is no success, whatever has the name', async () => {
  const folder = await tempFolder();
  const place = { kind: 'file', path: join(folder, 'o.csv'), partial: join(folder, 'o.csv.1.part') } as const;
  await writeFile(place.path, 'stale');
  await expect(publish(place)).rejects.toBeInstanceOf(OutputError);
});
