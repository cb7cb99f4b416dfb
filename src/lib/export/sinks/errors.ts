import { Bulk2Error } from '../../errors.js';
import { fileProblem } from '../../files/file-problem.js';

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
  const problem = fileProblem(error);
  if (problem === undefined) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  return new OutputError(`Could not write ${path}: ${problem} (${code}).`, {
    cause: error,
    actions: code === 'ENOSPC' || code === 'EDQUOT' ? ['Make room on the disk.'] : [],
    data: { path, code },
  });
}
