import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inputKind, inputRefusal, openInputStream } from '../../../src/lib/files/input-stream.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

async function textOf(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await openInputStream(path, undefined)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('what a path names', () => {
  needing('fifos')('a file, a folder, a socket, a FIFO, an open file', async () => {
    const folder = await tempFolder();
    const [file, fifo, socket] = ['file', 'fifo', 'socket'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, 'x');
    execFileSync('mkfifo', [fifo]);
    const server = createServer().listen(socket);
    const fd = openSync(file, 'r');
    try {
      const kinds = await Promise.all([file, folder, socket, fifo, `/dev/fd/${fd}`].map(inputKind));
      expect(kinds).toEqual(['file', 'folder', 'socket', 'stream', 'stream']);
    } finally {
      closeSync(fd);
      server.close();
    }
  });

  needing('fifos')('a device', async () => {
    const path = join(await tempFolder(), 'zero');
    // Nodes are for root to make.
    if (spawnSync('mknod', [path, 'c', '1', '5']).status !== 0) return;
    expect(await inputKind(path)).toBe('device');
    expect(inputRefusal('device')).toBe('This is a device, not a file.');
  });
});

describe('a FIFO', () => {
  async function fifoWith(script: string): Promise<string> {
    const path = join(await tempFolder(), 'fifo');
    execFileSync('mkfifo', [path]);
    spawn('sh', ['-c', script, path], { stdio: 'ignore' });
    return path;
  }

  needing('fifos')('is read to its end, also when its writer comes late and is slow', async () => {
    const path = await fifoWith('sleep 0.2; { echo one; sleep 0.2; echo two; } > "$0"');
    expect(await textOf(path)).toBe('one\ntwo\n');
  });

  needing('fifos')('whose writer has nothing to say is empty', async () => {
    expect(await textOf(await fifoWith(': > "$0"'))).toBe('');
  });

  needing('fifos')('that nobody writes to is waited for until the signal', async () => {
    const path = await fifoWith(':');
    const stop = new AbortController();
    const stream = await openInputStream(path, stop.signal);
    const reading = stream[Symbol.asyncIterator]().next() as Promise<unknown>;
    const failure = failureOf(reading);
    stop.abort(new Error('Enough.'));
    expect((await failure).cause).toEqual(new Error('Enough.'));
  });
});

test('an open file is read from its start', async () => {
  const path = join(await tempFolder(), 'file');
  await writeFile(path, 'x\n');
  const fd = openSync(path, 'r');
  try {
    expect(await textOf(`/dev/fd/${fd}`)).toBe('x\n');
  } finally {
    closeSync(fd);
  }
});
