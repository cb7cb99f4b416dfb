import type { OrgApi } from '../api/port.js';
import type { RetryPolicy } from '../api/retry.js';
import type { RunOrg } from './record.js';
import type { RunStore } from './store.js';

/** The ports that every engine works through. */
export type RunContext = {
  /** Bare: engines put the retry decorator around it, so that each tells of its own retries. */
  readonly api: OrgApi;
  readonly org: RunOrg;
  readonly store: RunStore;
  /** Aborting stops the run between two steps or in the middle of one; it can be resumed. */
  readonly signal?: AbortSignal;
  readonly retryPolicy?: RetryPolicy;
};

/** How long a run goes on: to its end, until the data is accepted, or for some time after that. */
export type WaitFor = 'end' | 'accepted' | { readonly timeoutMs: number };

/** Milliseconds since 1970 when waiting ends; undefined when it does not. */
export function deadlineOf(wait: WaitFor): number | undefined {
  return typeof wait === 'object' ? Date.now() + wait.timeoutMs : undefined;
}
