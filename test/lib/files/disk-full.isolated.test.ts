import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Hierarchy } from '../../../src/lib/copy/survey/hierarchy.js';
import { IdMapWriter } from '../../../src/lib/files/id-map.js';
import { DiskFullError, writeFully } from '../../../src/lib/files/disk-full.js';
import { PartFile } from '../../../src/lib/files/part-file.js';
import { PageSpool } from '../../../src/lib/files/spool.js';
import { TextFile } from '../../../src/lib/files/text-file.js';
import { HashSpill } from '../../../src/lib/load/check/hash-spill.js';
import { InvalidRows } from '../../../src/lib/load/check/invalid-rows.js';
import { KeptWriter } from '../../../src/lib/load/plan/kept-cells.js';
import { PlacesWriter } from '../../../src/lib/load/collect/places.js';
import { errorFor } from '../../../src/lib/bulk2/door.js';
import { fileHandlePrototype } from '../../support/file-handles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const disk = vi.hoisted(() => ({ takes: Number.POSITIVE_INFINITY }));

/** What the system says on a full disk of a file that is open: no name. */
function full(): NodeJS.ErrnoException {
  const error = new Error('ENOSPC: no space left on device, write');
  return Object.assign(error, { code: 'ENOSPC', syscall: 'write' });
}

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  type Place = readonly [from: number, length: number, at: number | null];
  const writeSync = (fd: number, bytes: Uint8Array, ...[from, length, at]: Place) => {
    const room = Math.min(length, disk.takes);
    if (room === 0) throw full();
    disk.takes -= room;
    return fs.writeSync(fd, bytes, from, room, at);
  };
  return { ...fs, writeSync };
});

afterEach(() => {
  disk.takes = Number.POSITIVE_INFINITY;
  vi.restoreAllMocks();
});

const many = new Uint32Array(3 * 8);

const atOnce: ReadonlyArray<readonly [string, (path: string) => void]> = [
  [
    'cells that are kept',
    (path) => {
      const writer = new KeptWriter(path);
      writer.add(Buffer.from('a,b'));
      writer.close();
    },
  ],
  [
    'reasons of invalid rows',
    (path) => {
      const rows = new InvalidRows(path);
      rows.add({ row: 1, code: 'X', message: 'Why.' });
      rows.reader();
    },
  ],
  [
    'lookups of an object to itself',
    (path) => {
      const hierarchy = new Hierarchy(2, path);
      hierarchy.add(0, 1, 0);
      hierarchy.each(() => undefined);
    },
  ],
  [
    'ids to sort',
    (path) => {
      const map = new IdMapWriter(path, 2);
      for (let at = 1; at < 8; at++) map.add(Uint32Array.of(at, at, at));
    },
  ],
];

test.each(atOnce)('%s on a full disk are a DiskFullError that names the file', async (_, write) => {
  const path = join(await tempFolder(), 'file');
  disk.takes = 0;
  expect(() => write(path)).toThrow(DiskFullError);
  expect(() => write(join(path, '..', 'other'))).toThrow(/^Can't write to .*other.*: the disk is full\.$/);
});

test('hashes of keys name the folder, since their file has no name', async () => {
  const folder = await tempFolder();
  const spill = new HashSpill(folder);
  disk.takes = 0;
  expect(() => spill.write(many)).toThrow(`Can't write to ${folder}: the disk is full.`);
});

const inTurn: ReadonlyArray<readonly [string, (path: string) => Promise<unknown>]> = [
  [
    'a partial file',
    async (path) => {
      const file = await PartFile.open(path);
      await file.write(Buffer.from('a'));
      await file.commit();
    },
  ],
  [
    'a text',
    async (path) => {
      const file = await TextFile.open(path);
      await file.write('a');
      await file.commit();
    },
  ],
  ['a page that waits', async (path) => new PageSpool(path).write(Buffer.alloc(1024 * 1024))],
  [
    'places of rows',
    async (path) => {
      const places = await PlacesWriter.open(path);
      places.add({ file: 'a.csv', row: 1 });
      await places.flush();
    },
  ],
];

test.each(inTurn)('%s on a full disk is a DiskFullError that names the file', async (_, write) => {
  const path = join(await tempFolder(), 'file');
  const prototype = await fileHandlePrototype();
  for (const name of ['writev', 'appendFile', 'datasync'] as const)
    vi.spyOn(prototype, name).mockImplementation(() => Promise.reject(full()));
  await expect(write(path)).rejects.toThrow(DiskFullError);
  await expect(write(path)).rejects.toMatchObject({
    message: `Can't write to ${path}: the disk is full.`,
    data: { path },
    code: 'ENOSPC',
  });
});

test('a disk that takes a part of what is written gets the rest', async () => {
  const { openSync, readFileSync } = await import('node:fs');
  const path = join(await tempFolder(), 'file');
  const fd = openSync(path, 'w');
  disk.takes = 3;
  expect(() => writeFully({ fd, path }, Buffer.from('abcdef'))).toThrow(DiskFullError);
  expect(readFileSync(path, 'utf8')).toBe('abc');
});

test('whatever else writes on a full disk, a program gets the same error', () => {
  expect(errorFor(new AbortController().signal, full())).toBeInstanceOf(DiskFullError);
});
