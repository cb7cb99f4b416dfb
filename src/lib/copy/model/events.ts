import type { LoadEvents } from '../../load/model/events.js';
import type { CopyCounts, CopyStep, CopySurvey } from '../../run/copy-record.js';
import type { RunEvents } from '../../run/open-interrupted.js';

/** What the load of a step tells, as it comes. */
type StepEvents = Pick<
  LoadEvents,
  'planned' | 'jobCreated' | 'jobAbandoned' | 'jobClosed' | 'jobInfo' | 'jobWarning' | 'retry'
>;

/** Records that earlier copies have brought into the target, and that a copy would create once more. */
export type CreatedBefore = {
  readonly objects: readonly string[];
  /** Results of these copies that tell which records they are; the oldest first, as the last one counts. */
  readonly folders: readonly string[];
  /** There is a copy whose results don't tell it, or are gone. */
  readonly isMore: boolean;
};

/** What a copy tells while it runs, in the order of its phases. */
export type CopyEvents = RunEvents &
  StepEvents & {
    /** Earlier copies have created records that this one would create again; nothing is sent yet. */
    createdBefore: [CreatedBefore];
    /** The copy is in its journal. */
    begun: [{ readonly runId: string }];
    /** From here on it can be resumed, whatever becomes of this process. */
    resumable: [{ readonly runId: string }];
    /** It has sent nothing, and is over: there is nothing to resume. */
    dropped: [{ readonly runId: string }];
    exporting: [{ readonly object: string }];
    /** Ids and keys of the target are read, so that records can be matched. */
    exportingKeys: [{ readonly object: string }];
    exported: [{ readonly object: string; readonly rows: number }];
    surveyed: [{ readonly surveys: readonly CopySurvey[]; readonly steps: readonly CopyStep[] }];
    /** A step is about to be loaded; steps are counted from 1. */
    step: [CopyStep & { readonly number: number; readonly total: number; readonly rows: number }];
    stepEnded: [CopyStep & { readonly number: number; readonly total: number; readonly counts: CopyCounts }];
    /** What a person should know of what is copied or retried, a sentence. */
    warning: [string];
  };
