import type { WaitFor } from '../../jobs/deadline.js';
import type { RunContext } from '../../run/context.js';
import { withinWait } from '../../run/within-wait.js';

/** The orgs of a copy. Both keep their runs in one store. */
export type CopyContexts = {
  readonly target: RunContext;
  /** Absent where the records come from a folder. */
  readonly source?: RunContext;
};

/** Runs a copy within its wait, which both orgs keep to. */
export function withinCopyWait<T>(
  wait: WaitFor,
  contexts: CopyContexts,
  work: (contexts: CopyContexts) => Promise<T>,
): Promise<T> {
  return withinWait(wait, contexts.target, ({ deadline, signal }) =>
    work(
      inBoth(contexts, (context) => ({
        ...context,
        ...(deadline === undefined ? {} : { deadline }),
        ...(signal === undefined ? {} : { signal }),
      })),
    ),
  );
}

/** Whoever has lost the copy to another process stops its exports and loads too. */
export function untilLost(contexts: CopyContexts, lost: AbortSignal): CopyContexts {
  return inBoth(contexts, (context) => ({
    ...context,
    signal: AbortSignal.any([lost, ...(context.signal === undefined ? [] : [context.signal])]),
  }));
}

function inBoth({ target, source }: CopyContexts, change: (context: RunContext) => RunContext): CopyContexts {
  return { target: change(target), ...(source === undefined ? {} : { source: change(source) }) };
}
