import { constants, createReadStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';

/** What a path for reading names. A stream can be read once: a FIFO, a process substitution, an open file of this process. */
export type InputKind = 'file' | 'stream' | 'folder' | 'device' | 'socket';

const standardInput = /^\/(dev\/(stdin|fd\/0)|proc\/self\/fd\/0)$/;
/** Names that mean something in this process only, so that they can't be kept for a resume. */
const openFile = /^\/(dev\/(stdin|fd\/\d+)|proc\/(self|thread-self|\d+)\/fd\/\d+)$/;

/** @param path absolute */
export async function inputKind(path: string): Promise<InputKind> {
  if (standardInput.test(path)) return 'stream';
  const found = await stat(path);
  if (found.isDirectory()) return 'folder';
  if (found.isSocket()) return 'socket';
  if (found.isCharacterDevice() || found.isBlockDevice()) return 'device';
  return found.isFIFO() || openFile.test(path) ? 'stream' : 'file';
}

/** Why a path of this kind can't be read as a file; undefined when it can. */
export function inputRefusal(kind: InputKind): string | undefined {
  return kind === 'folder' || kind === 'device' || kind === 'socket'
    ? `This is a ${kind}, not a file.`
    : undefined;
}

/**
 * Opens a stream that a path names. Nobody may ever write to a FIFO: the wait for it keeps no thread, so that it ends
 * with `signal`, and with the process.
 */
export async function openInputStream(path: string, signal: AbortSignal | undefined): Promise<Readable> {
  signal?.throwIfAborted();
  const stream = standardInput.test(path) ? process.stdin : await openNamed(path);
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

async function openNamed(path: string): Promise<Readable> {
  if (!(await stat(path)).isFIFO()) return createReadStream(path);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
