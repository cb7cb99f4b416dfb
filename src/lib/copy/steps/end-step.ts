import { ApiError } from '../../api/errors.js';
import { isDefiniteRefusal } from '../../api/retry.js';
import { RowCountError } from '../../errors.js';
import { InputChangedError, JobGoneError } from '../../jobs/errors.js';
import { abortAndCollect, abortLoad } from '../../load/abort-load.js';
import type { AbortOptions } from '../../run/abort-run.js';
import type { CopyStep } from '../../run/copy-record.js';
import { hasSent } from '../../run/has-sent.js';
import { SharedTargetError, UnpairedResultsError } from '../model/errors.js';
import type { CopyWork, StepPlace } from '../model/work.js';
import { mapLoaded, openMap, takeMatches } from './run-step.js';

/**
 * Ends a step of a copy that a person has ended: aborts its load, collects what that had done, and maps the ids. A step that has not
 * begun is left as it is. Where it can't be known any more which records were loaded, a warning says so.
 */
export async function endStep(
  work: CopyWork,
  place: StepPlace,
  { step, abort }: { readonly step: CopyStep; readonly abort: AbortOptions },
): Promise<void> {
  if (step.kind === 'match') return takeMatches(work, place, step);
  if (work.journal.ofStep('mapped', place) === undefined) {
    const isMapped = await endLoad(work, place, { step, abort });
    if (!isMapped) return;
  }
  openMap(work, place, step);
}

/** @returns whether the ids of the step are mapped */
async function endLoad(
  work: CopyWork,
  place: StepPlace,
  { step, abort }: { readonly step: CopyStep; readonly abort: AbortOptions },
): Promise<boolean> {
  const { journal, contexts } = work;
  const { target } = contexts;
  const loading = journal.ofStep('loading', place);
  const file = journal.ofStep('prepared', place);
  const run = loading && (await target.store.find(loading.run));
  if (file === undefined || run === undefined || run.records.length === 0) return false;
  try {
    const load = await abortAndCollect(run, abort, target);
    if (load === undefined) return false;
    if (load.files !== undefined) {
      await mapLoaded(work, place, { step, file, load });
      return true;
    }
    if (hasSent(run.records)) warnOfUnknown(work, step, 'its load was aborted before');
  } catch (cause) {
    if (!isLost(cause)) throw cause;
    warnOfUnknown(work, step, cause.message);
    await abortLoad(run, { reason: abort.reason, events: abort.events }, target);
  }
  return false;
}

function warnOfUnknown({ events }: CopyWork, { object }: CopyStep, why: string): void {
  events.emit(
    'warning',
    `Records of ${object} may have been loaded that no file of ids has: ${asReason(why)}`,
  );
}

/** A sentence behind a colon. */
export function asReason(sentence: string): string {
  return `${sentence.replace(/\.$/, '')}.`;
}

/** Whether it will not be known later either which records were loaded: files of the copy's own that are gone don't come back. */
export function isLost(error: unknown): error is Error {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
  const kinds = [JobGoneError, RowCountError, InputChangedError, UnpairedResultsError, SharedTargetError];
  if (kinds.some((kind) => error instanceof kind)) return true;
  return error instanceof ApiError && isDefiniteRefusal(error) && error.status === 404;
}
