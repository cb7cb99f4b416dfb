import { expect } from 'vitest';
import type { Bench } from './bulk2.ts';

/**
 * Runs a command until a request of it meets an org that knows its session no more. For what comes after it is as if
 * killed there, but for its lock, and takes no process of its own. @returns the id of the first job
 */
export async function interruptedAt(
  bench: Bench,
  endpoint: string,
  args: readonly string[],
  { nth = 1 }: { readonly nth?: number } = {},
): Promise<string> {
  const action = { kind: 'answer', status: 401, errorCode: 'INVALID_SESSION_ID', message: 'Over.' } as const;
  const fault = await bench.org.faults.add({ endpoint, nth, count: 'always', action });
  const { code, stdout, stderr } = await bench.run(...args);
  await fault.remove();
  expect(code, stdout + stderr).toBe(1);
  expect(stdout + stderr).toContain('sf bulk2 job resume');
  return (await bench.org.jobs())[0]?.id ?? '';
}
