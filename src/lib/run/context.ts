import type { OrgApi } from '../api/port.js';
import type { RetryPolicy } from '../api/retry.js';
import type { RunOrg } from './record.js';
import type { RunStore } from './store.js';

/** The ports that every engine works through. */
export type RunContext = {
  /** Not retried: each engine wraps it with `withRetry`, and tells of its own retries. */
  readonly api: OrgApi;
  readonly org: RunOrg;
  readonly store: RunStore;
  /** Aborting stops the run between two steps or in the middle of one; it can be resumed. */
  readonly signal?: AbortSignal;
  readonly retryPolicy?: RetryPolicy;
  /** Milliseconds since 1970 when waiting for jobs ends; absent for as long as it takes. Made by `withinWait`. */
  readonly deadline?: number;
};
