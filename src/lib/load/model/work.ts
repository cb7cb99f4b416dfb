import type { OrgApi } from '../../api/port.js';
import type { Events } from '../../events.js';
import type { RunContext } from '../../run/context.js';
import type { WaitFor } from '../../jobs/deadline.js';
import type { LoadEvents } from './events.js';
import type { LoadJournal } from './load-journal.js';

/** A load at work, as each of its steps gets it. */
export type LoadWork = {
  readonly runId: string;
  /** Held by this process; what the steps have to know of the load is in it. */
  readonly journal: LoadJournal;
  readonly context: RunContext;
  /** Repeats what may be repeated. */
  readonly api: OrgApi;
  readonly events: Events<LoadEvents>;
  /** Aborts when the caller stops the load, or another process has taken it over. */
  readonly signal: AbortSignal;
  readonly wait: WaitFor;
  /** See `RunContext.deadline`: one for all rounds and what is collected of them. */
  readonly deadline: number | undefined;
  /** Before the first retry; three times as long before each further one. */
  readonly firstRetryWaitMs: number;
  /** Names the result files; absent: the first job that the journal has as closed does. */
  readonly firstJobId?: string | undefined;
};

/**
 * What the names of copies of the input begin with, as they are and as they are sent. Rows that were set aside are none of them:
 * the org never got these, so that nothing else could write them into a result file once more.
 */
export const copiesOfInput: readonly string[] = [
  'input-',
  'invalid-',
  'kept-',
  'send-',
  'retry-',
  'retry.',
  'stamps',
];
