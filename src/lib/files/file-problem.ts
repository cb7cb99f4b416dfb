/** What stood in the way of a file, by the code of the system's error; raw codes tell most people nothing. */
const problems: Readonly<Record<string, string>> = {
  EACCES: "you aren't allowed to write there",
  EPERM: "you aren't allowed to write there",
  EROFS: 'the file system is read-only',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'a part of the path is missing',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'your quota of the disk is used up',
  EMFILE: 'too many files are open',
};

/** The problem in words, to end a sentence with; undefined for what is no error of the file system. */
export function fileProblem(error: unknown): string | undefined {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return problems[code] ?? code;
}
