/** How long a run goes on: to its end, until the org has accepted the data, or so long from its start. */
export type WaitFor = 'end' | 'accepted' | { readonly timeoutMs: number };

/** Milliseconds since 1970 when waiting ends; undefined when it does not. Asked once for a run: waiting starts once. */
export function deadlineOf(wait: WaitFor): number | undefined {
  return typeof wait === 'object' ? Date.now() + wait.timeoutMs : undefined;
}
