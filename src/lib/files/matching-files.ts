import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { resolve } from 'node:path';

/**
 * The files that a name or a pattern (`*`, `?`, `[…]`, `{…}`, `**`) means, as they are found from a folder, in the order
 * of their names. A file may have such a character in its name: where it exists it is the one that is meant, whatever else
 * the name would match.
 * @param folder the current one by default
 * @returns the name itself where it is no pattern, and none where a pattern matches nothing
 */
export async function matchingFiles(name: string, folder = '.'): Promise<string[]> {
  if (!/[*?[{]/.test(name) || existsSync(resolve(folder, name))) return [name];
  const matches: string[] = [];
  for await (const match of glob(name, { cwd: folder })) matches.push(match);
  return matches.sort();
}
