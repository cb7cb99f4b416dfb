import { Bulk2Error } from '../../errors.js';

/** An output could not be written: no space, no permission, no such folder. What was written so far is kept. */
export class OutputError extends Bulk2Error {}

/** The reader at the other end of the pipe has had enough, as `head` does: there is nobody left to write for. */
export class OutputClosedError extends Bulk2Error {}

/** Runs a step of writing to `path`; failures of the file system come out as OutputError. */
export async function writingTo<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw outputFailure(path, error);
  }
}

function outputFailure(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new OutputError(`Could not write ${path}: ${reasons[code] ?? (error as Error).message} (${code}).`, {
    cause: error,
    actions: code === 'ENOSPC' || code === 'EDQUOT' ? ['Make room on the disk.'] : [],
    data: { path, code },
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file system takes no file that large',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};
