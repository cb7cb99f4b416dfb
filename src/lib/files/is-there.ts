import { access, lstat } from 'node:fs/promises';

/** Whether a path leads to anything, through links too. */
export function isThere(path: string): Promise<boolean> {
  return succeeds(access(path));
}

/** Whether a name is taken, be it by a link that leads nowhere. */
export function isTaken(path: string): Promise<boolean> {
  return succeeds(lstat(path));
}

function succeeds(look: Promise<unknown>): Promise<boolean> {
  return look.then(
    () => true,
    () => false,
  );
}
