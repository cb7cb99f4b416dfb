/** How long a run goes on: to its end, until the org has accepted the data, or so long from its start. */
export type WaitFor = 'end' | 'accepted' | { readonly timeoutMs: number };

/** What is left of a wait that began some time ago; a wait of 0 stays one. */
export function restOfWait(wait: WaitFor, startedMs: number): WaitFor {
  if (typeof wait !== 'object' || wait.timeoutMs === 0) return wait;
  return { timeoutMs: Math.max(1, wait.timeoutMs - (Date.now() - startedMs)) };
}
