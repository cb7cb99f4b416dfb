import { stat } from 'node:fs/promises';
import { InputError, type InputProblem } from '../errors.js';
import type { SourceFile } from '../journal/record.js';
import type { InputFile } from './request.js';

/**
 * Looks at the input files before anything is read.
 * @throws InputError a file is not there, is not a file, or is empty; all such files at once
 */
export async function sourceFiles(files: readonly InputFile[]): Promise<SourceFile[]> {
  const problems: InputProblem[] = [];
  const sources: SourceFile[] = [];
  for (const { path, name } of files) {
    const info = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (info instanceof Error) problems.push(unreadable(name, info));
    else if (!info.isFile())
      problems.push({ code: 'NOT_A_FILE', file: name, message: 'This is not a file.' });
    else if (info.size === 0)
      problems.push({ code: 'EMPTY_FILE', file: name, message: 'The file is empty: it has no header line.' });
    else sources.push({ path, name, bytes: info.size, mtimeMs: info.mtimeMs, spooled: false });
  }
  if (problems.length > 0) throw new InputError(problems);
  return sources;
}

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): InputProblem {
  if (code === 'ENOENT') return { code: 'FILE_NOT_FOUND', file, message: 'There is no such file.' };
  if (code === 'EACCES') return { code: 'FILE_NOT_READABLE', file, message: 'You may not read this file.' };
  return { code: 'FILE_NOT_READABLE', file, message };
}
