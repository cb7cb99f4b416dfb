import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { InputError } from '../../../../src/lib/errors.js';
import { writeCopy } from '../../../../src/lib/load/plan/write-copy.js';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { needing } from '../../../support/systems.ts';

const gigabyte = 1024 ** 3;

function* endless(written: { bytes: number }): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024);
  for (;;) {
    written.bytes += chunk.length;
    yield chunk;
  }
}

needing('modes')("a copy is its owner's alone", async () => {
  const path = join(await tempFolder(), 'copy');
  const bytes = Readable.from([Buffer.from('a,b\n'), Buffer.from('1,2\n')]);
  await writeCopy(bytes, { path, name: 'a.csv.gz', signal: undefined });
  expect(await readFile(path, 'utf8')).toBe('a,b\n1,2\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a copy that the disk has no room for ends before it takes the last of it', async () => {
  const folder = await tempFolder();
  const written = { bytes: 0 };
  const refusal = await failureOf<InputError>(
    writeCopy(Readable.from(endless(written)), {
      path: join(folder, 'copy'),
      name: 'bomb.csv.gz',
      signal: undefined,
      roomIn: async () => Promise.resolve(0.3 * gigabyte - written.bytes),
    }),
  );
  expect(refusal.problems).toEqual([expect.objectContaining({ code: 'NO_ROOM', file: 'bomb.csv.gz' })]);
  expect(refusal.message).toContain(folder);
  expect(written.bytes).toBeLessThan(0.1 * gigabyte);
  expect(await readdir(folder)).toEqual(['copy']);
});
