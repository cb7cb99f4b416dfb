import { realpath } from 'node:fs/promises';
import type { LoadInput } from '../model/request.js';

/** The names of files that are among the inputs more than once, by whatever path; each once. */
export async function repeatedFiles(inputs: readonly LoadInput[]): Promise<string[]> {
  const seen = new Set<string>();
  const repeated = new Map<string, string>();
  for (const { name, path } of inputs) {
    if (path === undefined) continue;
    const real = await realpath(path).catch(() => path);
    if (seen.has(real) && !repeated.has(real)) repeated.set(real, name);
    seen.add(real);
  }
  return [...repeated.values()];
}
