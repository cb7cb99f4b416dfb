import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { writeNewFile } from '../../../src/lib/files/new-file.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** What a file system without hard links answers; and what is done just before a file gets its name. */
let refusal: string | undefined;
let beforeLink: (path: string) => Promise<void>;

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const link: typeof fs.link = async (from, to) => {
    await beforeLink(String(to));
    if (refusal !== undefined) throw Object.assign(new Error(refusal), { code: refusal });
    return fs.link(from, to);
  };
  return { ...fs, link };
});

beforeEach(() => {
  beforeLink = () => Promise.resolve();
});

describe.each([undefined, 'EPERM', 'ENOTSUP'])('a new file, where links are refused with %s', (code) => {
  beforeEach(() => {
    refusal = code;
  });

  test('has its name only when it is complete', async () => {
    const folder = await tempFolder();
    const seen: string[] = [];
    beforeLink = async () => void seen.push(...(await readdir(folder)));
    await writeNewFile(join(folder, 'plan.yaml'), 'version: 1\n');
    expect(seen).toEqual([expect.stringMatching(/^plan\.yaml\..+\.part$/)]);
    expect(await readdir(folder)).toEqual(['plan.yaml']);
    expect(await readFile(join(folder, 'plan.yaml'), 'utf8')).toBe('version: 1\n');
  });

  test('replaces none that has come meanwhile', async () => {
    const folder = await tempFolder();
    beforeLink = (path) => writeFile(path, 'of a person');
    const failure = await failureOf(writeNewFile(join(folder, 'plan.yaml'), 'version: 1\n'));
    expect(failure).toMatchObject({ code: 'EEXIST' });
    expect(await readdir(folder)).toEqual(['plan.yaml']);
    expect(await readFile(join(folder, 'plan.yaml'), 'utf8')).toBe('of a person');
  });
});
