import { vi } from 'vitest';

/** The waits that were asked for, in tests that have this module in the place of `node:timers/promises`. */
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
