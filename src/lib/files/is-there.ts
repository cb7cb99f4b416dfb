import { access, lstat, stat } from 'node:fs/promises';

/** Whether a path leads to anything, through links too. */
export function isThere(path: string): Promise<boolean> {
  return succeeds(access(path));
}

/** Whether a name is taken, be it by a link that leads nowhere. */
export function isTaken(path: string): Promise<boolean> {
  return succeeds(lstat(path));
}

/** Whether a path leads to a folder, through links too. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function succeeds(look: Promise<unknown>): Promise<boolean> {
  return look.then(
    () => true,
    () => false,
  );
}
