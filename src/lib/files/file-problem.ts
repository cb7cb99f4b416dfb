/** What stood in the way of a file, by the code of the system's error; raw codes tell most people nothing. */
const problems: Readonly<Record<string, string>> = {
  EACCES: "you aren't allowed to write there",
  EPERM: "you aren't allowed to write there",
  EROFS: 'the disk is read-only',
  EEXIST: 'there is a file of that name',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'there is no such folder',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file system takes no file that large',
  EMFILE: 'too many files are open',
};

/** Whether there is no room for what was to be written. */
export function isFullDisk(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}

/** The problem in words, to end a sentence with; undefined for what is no error of the file system. */
export function fileProblem(error: unknown): string | undefined {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return problems[code] ?? (error as Error).message;
}
