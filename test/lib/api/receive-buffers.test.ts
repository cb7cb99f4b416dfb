import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ReceivedChunks, receiving, takeBuffer } from '../../../src/lib/api/receive-buffers.js';

const bufferBytes = 256 * 1024;

/** Bytes that are nowhere twice the same in a row of a few megabytes. */
const sent = Buffer.from(Uint32Array.from({ length: 5_000_000 }, (_, index) => index * 2_654_435_761).buffer);

/** A connection to a server that sends these bytes, and ends. */
async function receive(bytes: Buffer, send?: (socket: Socket) => Promise<void>): Promise<Socket> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (send === undefined) socket.end(bytes);
    else void send(socket).then(() => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, onread: receiving() });
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  return socket;
}

async function chunksOf(
  socket: Socket,
  see: (chunk: Buffer) => unknown = () => undefined,
): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    see(chunk);
  });
  await once(socket, 'end');
  return chunks;
}

const memoriesOf = (chunks: readonly Buffer[]): number => new Set(chunks.map(({ buffer }) => buffer)).size;

describe('what is received', () => {
  test('stays as it came while nobody gives it back', async () => {
    const chunks = await chunksOf(await receive(sent));
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });

  test('is written over when it was given back, and not before', async () => {
    const received = new ReceivedChunks();
    const hash = createHash('sha256');
    const late: Buffer[] = [];
    const socket = await receive(sent);
    // The last three are looked at long after they came.
    const chunks = await chunksOf(socket, (chunk) => {
      late.push(chunk);
      if (late.length <= 3) return;
      const done = late.shift() as Buffer;
      hash.update(done);
      received.release(done);
    });
    for (const chunk of late) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
    const large = chunks.filter(({ buffer }) => buffer.byteLength === bufferBytes);
    expect(large.length).toBeGreaterThan(30);
    expect(memoriesOf(large)).toBeLessThan(12);
  });

  test('is not given back with its first part', async () => {
    const received = new ReceivedChunks();
    const socket = await receive(sent);
    const chunks = await chunksOf(socket, (chunk) => {
      if (chunk.byteOffset === 0 && chunk.equals(sent.subarray(0, chunk.length))) {
        received.release(chunk.subarray(0, 10));
      }
    });
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });

  test('arrives whole when its reader stops now and then', async () => {
    const socket = await receive(sent);
    let count = 0;
    const chunks = await chunksOf(socket, () => {
      count += 1;
      if (count % 20 !== 0) return;
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });

  test('in small pieces holds no more memory than it needs', async () => {
    const pieces = Array.from({ length: 30 }, (_, index) =>
      sent.subarray(index * 1_000, (index + 1) * 1_000),
    );
    const socket = await receive(sent, async (to) => {
      for (const piece of pieces) {
        to.write(piece);
        await sleep(2);
      }
    });
    const chunks = await chunksOf(socket);
    expect(Buffer.concat(chunks).equals(Buffer.concat(pieces))).toBe(true);
    expect(Math.max(...chunks.map(({ buffer }) => buffer.byteLength))).toBeLessThan(bufferBytes);
  });
});

test('bytes of others are never written over, whoever gives them back', async () => {
  const received = new ReceivedChunks();
  const others = Array.from({ length: 20 }, (_, index) => Buffer.alloc(bufferBytes, index));
  for (const other of others) received.release(other);
  await chunksOf(await receive(sent));
  for (const [index, other] of others.entries()) expect(other.every((byte) => byte === index)).toBe(true);
});

test('a buffer that two give back is given to one only, while its next use lasts', () => {
  const other = Buffer.alloc(1);
  const [first, second] = [new ReceivedChunks(), new ReceivedChunks()];
  const buffer = takeBuffer();
  for (const received of [first, second]) received.release(buffer);
  first.release(other);
  expect(takeBuffer().buffer).toBe(buffer.buffer);
  second.release(other);
  expect(takeBuffer().buffer).not.toBe(buffer.buffer);
});
