import { writeSync } from 'node:fs';
import { Bulk2Error } from '../errors.js';
import { fileProblem, isFullDisk } from './file-problem.js';

/** The disk, or the quota on it, has no room for a file: `path`, which the message names. What is written by then counts. */
export class DiskFullError extends Bulk2Error {
  readonly path: string;
  /** The system's own: `ENOSPC`, `EDQUOT` or `EFBIG`. */
  readonly code: string;
  readonly syscall: string | undefined;

  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`Can't write to ${path}: ${fileProblem(cause) ?? cause.message}.`, {
      cause,
      actions: ['Make room there, and try again.'],
      data: { path },
    });
    this.path = path;
    this.code = cause.code ?? '';
    this.syscall = cause.syscall;
  }
}

/** An error with the file that there was no room for, where the system names none; any other error as it is. */
export function asDiskFull(path: string, error: unknown): unknown {
  if (!isFullDisk(error) || error instanceof Bulk2Error) return error;
  const cause = error as NodeJS.ErrnoException;
  return new DiskFullError(cause.path ?? path, cause);
}

/** Writes to a file. @throws DiskFullError there is no room for it */
export async function onDisk<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw asDiskFull(path, error);
  }
}

/** A file that is open, and what it is called. */
export type OpenFile = { readonly fd: number; readonly path: string };

/**
 * Writes all of it: a disk that is nearly full may take a part, and say so only to those who look.
 * @param position absent: behind what was written before
 * @throws DiskFullError there is no room for it
 */
export function writeFully({ fd, path }: OpenFile, bytes: Uint8Array, position?: number): void {
  try {
    for (let done = 0; done < bytes.length;) {
      const at = position === undefined ? null : position + done;
      done += writeSync(fd, bytes, done, bytes.length - done, at);
    }
  } catch (error) {
    throw asDiskFull(path, error);
  }
}
