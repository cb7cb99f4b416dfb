/** What to do to a request or a job that a fault has picked. */
export type FaultAction =
  /** Close the socket and do nothing. */
  | { readonly kind: 'drop-before' }
  /** Do what was asked, then close the socket without an answer. */
  | { readonly kind: 'drop-after' }
  /** Close the socket once this much of the request body has come in; nothing is done. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number }
  /** Close the socket after this many bytes of the answer's body, as sent (compressed, if it is), or at its very end. */
  | { readonly kind: 'cut-response'; readonly afterBytes: number }
  /** End the body early and cleanly: after so many bytes, or after so many CSV records, the header not counted. */
  | { readonly kind: 'truncate'; readonly keepBytes?: number; readonly keepRecords?: number }
  /** Send more than there is. */
  | { readonly kind: 'append'; readonly text: string }
  /** Answer this instead of doing anything. `early`: without waiting for the request's body. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly errorCode?: string;
      readonly message?: string;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly retryAfterSeconds?: number;
      readonly early?: boolean;
    }
  /** Do what was asked, but with these headers changed (`null` takes one away) or this framing. */
  | {
      readonly kind: 'alter';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | null>>;
      readonly framing?: 'chunked' | 'content-length';
      readonly gzip?: boolean;
    }
  /** Wait before acting, or before answering. */
  | { readonly kind: 'slow'; readonly delayMs: number; readonly when?: 'before' | 'after' }
  /** Send the body slowly: this many bytes a second. */
  | { readonly kind: 'trickle'; readonly bytesPerSecond: number }
  /**
   * Park the request, before acting or before answering, until it is released.
   * At `ingest.process` and `query.process` it parks the job: before it leaves `UploadComplete`,
   * or once it is `InProgress` and has done `afterBatches` batches (default 0).
   */
  | { readonly kind: 'hold'; readonly when: 'before' | 'after'; readonly afterBatches?: number }
  /** Point every URL that the answer hands out at another origin. */
  | { readonly kind: 'foreign-urls'; readonly origin: string }
  /** Endpoint `ingest.process`: the job fails after so many batches, the rest unprocessed. */
  | { readonly kind: 'fail-job'; readonly afterBatches: number; readonly errorMessage: string }
  /** Endpoint `ingest.process`: the job's `retries` counter. */
  | { readonly kind: 'batch-retries'; readonly retries: number }
  /**
   * Endpoint `ingest.process`: rows that cannot be locked, each for its first `tries` tries (default 1).
   * Chosen by a cell's values, or every nth row of the job; a row is known again by that cell, or by its whole text.
   */
  | {
      readonly kind: 'lock-rows';
      readonly column?: string;
      readonly values?: readonly string[];
      readonly everyNth?: number;
      readonly tries?: number;
    }
  /** Endpoint `ingest.process`: rows that a rule of the org refuses, chosen as for `lock-rows`, every time they come. */
  | {
      readonly kind: 'fail-rows';
      readonly column?: string;
      readonly values?: readonly string[];
      readonly everyNth?: number;
      readonly statusCode: string;
      readonly message: string;
      readonly fields?: readonly string[];
    };

export type FaultSpec = {
  /** An endpoint (`ingest.upload`), a family (`ingest.results`, `ingest`), or `*`. */
  readonly endpoint: string;
  /** The first matching request to hit, counted from 1, from when the fault was added. Default 1. */
  readonly nth?: number;
  /** How many to hit from there; `always` never stops. Default 1. */
  readonly count?: number | 'always';
  /** Only requests for this job. */
  readonly jobId?: string;
  readonly action: FaultAction;
};

export type FaultKind = FaultAction['kind'];
export type ActionOf<K extends FaultKind> = Extract<FaultAction, { kind: K }>;

/** Where each kind can happen: to requests, to jobs at work, or to either. */
export const faultPlaces: Readonly<Record<FaultKind, 'requests' | 'jobs' | 'both'>> = {
  'drop-before': 'requests',
  'drop-after': 'requests',
  'cut-request': 'requests',
  'cut-response': 'requests',
  truncate: 'requests',
  append: 'requests',
  answer: 'requests',
  alter: 'requests',
  slow: 'requests',
  trickle: 'requests',
  hold: 'both',
  'foreign-urls': 'requests',
  'fail-job': 'jobs',
  'batch-retries': 'jobs',
  'lock-rows': 'jobs',
  'fail-rows': 'jobs',
};
