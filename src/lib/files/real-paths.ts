import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Paths behind all links, to compare what is there: of what is gone, behind those of its folder. */
export async function realPaths(paths: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(paths.map(realPathOf)));
}

/** Whether any of these paths leads to the same as any of the others, by whatever links. */
export async function haveSamePath(paths: readonly string[], others: readonly string[]): Promise<boolean> {
  const real = await realPaths(paths);
  return [...(await realPaths(others))].some((path) => real.has(path));
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, basename(path));
  }
}
