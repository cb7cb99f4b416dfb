import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { InputError, type InputProblem } from '../../errors.js';
import { firstBytes } from '../../files/first-bytes.js';
import { inputKind, inputRefusal, openInputStream } from '../../files/input-stream.js';
import type { ByteInput, LoadInput } from '../model/request.js';

/** Enough to tell compression, format and encoding by. */
const peekBytes = 64 * 1024;
const readBytes = 256 * 1024;

/** An input whose first bytes are known; `bytes` gives all of it, those bytes included, once where it is not stored. */
export type OpenedInput = {
  readonly input: ByteInput;
  readonly first: Buffer;
  /** Whether these very bytes are a file, and can be read again. */
  readonly isStored: boolean;
  readonly bytes: () => AsyncIterable<Buffer>;
};

/**
 * Looks at the inputs before anything is read.
 * @throws InputError a file is not there, is not a file, or is empty; all such files at once
 */
export async function requireReadable(inputs: readonly LoadInput[]): Promise<void> {
  const problems: InputProblem[] = [];
  for (const { path, name } of inputs) {
    const problem = path === undefined ? undefined : await problemOf(path, name);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new InputError(problems);
}

async function problemOf(path: string, file: string): Promise<InputProblem | undefined> {
  try {
    const kind = await inputKind(path);
    const refusal = inputRefusal(kind);
    if (refusal !== undefined)
      return { /** This is a folder, a device or a socket. */ code: 'NOT_A_FILE', file, message: refusal };
    if (kind === 'stream') return undefined;
    await access(path, constants.R_OK);
    return (await stat(path)).size === 0 ? emptyInput(file) : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { code: 'FILE_NOT_FOUND', file, message: 'There is no such file.' };
    if (code === 'EACCES') return { code: 'FILE_NOT_READABLE', file, message: 'You may not read this file.' };
    return { code: 'FILE_NOT_READABLE', file, message };
  }
}

function emptyInput(file: string): InputProblem {
  return { code: 'EMPTY_FILE', file, message: 'The file is empty: it has no header line.' };
}

/** @throws the reason of `signal`, also while nothing comes */
export async function openInput(input: ByteInput, signal?: AbortSignal): Promise<OpenedInput> {
  const { path, name } = input;
  if (path !== undefined && (await inputKind(path)) === 'file') {
    const bytes = (): AsyncIterable<Buffer> => createReadStream(path, { highWaterMark: readBytes });
    return { input, first: await firstBytes(path, peekBytes), isStored: true, bytes };
  }
  const stream = path === undefined ? abortable(input.stream, signal) : await openInputStream(path, signal);
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  for (let length = 0; length < peekBytes;) {
    const next = await chunks.next();
    if (next.done === true) break;
    taken.push(Buffer.from(next.value));
    length += next.value.length;
  }
  if (taken.length === 0) throw new InputError([emptyInput(name)]);
  return {
    input,
    first: Buffer.concat(taken),
    isStored: false,
    bytes: async function* () {
      yield* taken;
      yield* { [Symbol.asyncIterator]: () => chunks };
    },
  };
}

function abortable(stream: Readable, signal: AbortSignal | undefined): Readable {
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}
