import { vi } from 'vitest';

/** What is mocked: `vi.mock('node:timers/promises', () => import('…/fake-sleep.ts'))`. */
export const sleeps: number[] = [];

/** Stands for the `setTimeout` of `node:timers/promises`: it notes the wait, and time moves on by it at once. */
export async function setTimeout(
  waitMs: number,
  value: unknown,
  options: { readonly signal?: AbortSignal } = {},
): Promise<unknown> {
  options.signal?.throwIfAborted();
  sleeps.push(waitMs);
  if (vi.isFakeTimers()) vi.setSystemTime(Date.now() + waitMs);
  await Promise.resolve();
  options.signal?.throwIfAborted();
  return value;
}
