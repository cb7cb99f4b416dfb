import { closedInfos } from './part-state.js';
import { loadStatusOf, type LoadStatus } from './status.js';
import type { LoadWork } from './work.js';

/** A load that is being run, as its journal tells it. */
export function workStatus({ runId, journal, wait }: LoadWork): LoadStatus {
  // Of jobs that nobody waits for, the answers to their closes are all that is known.
  const infos = wait === 'accepted' ? closedInfos(journal.states) : undefined;
  const status = loadStatusOf(runId, journal.records, infos);
  if (status === undefined) throw new TypeError('This run is not a load.');
  return status;
}
