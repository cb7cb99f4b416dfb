import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempRoot } from './temp-root.ts';

/** A folder of this test's own, removed when the test has finished. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tempRoot, 'bulk2-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
