import type { ProgressTotals } from './progress.js';

/** What `--progress ndjson` tells, one object a line; each line also has `at`, an ISO 8601 time. */
export type ProgressFact =
  | ({ readonly event: 'stage' | 'progress' } & ProgressTotals)
  | {
      readonly event: 'start';
      readonly operation: string;
      readonly object?: string;
      /** Of an export. */
      readonly soql?: string;
      readonly externalId?: string;
      readonly org: string;
      readonly rows?: number;
      readonly bytes?: number;
      readonly jobs?: number;
    }
  | {
      readonly event: 'job';
      readonly jobId: string;
      readonly state: string;
      readonly processed: number;
      readonly failed: number;
      /** The job's page in Setup. */
      readonly url: string;
    }
  | { readonly event: 'retry'; readonly waitMs: number; readonly reason: string }
  /** A copy is in its journal: by this id it can be resumed. */
  | { readonly event: 'copy'; readonly runId: string }
  /** An object's records are read from the source. */
  | {
      readonly event: 'export';
      readonly object: string;
      readonly state: 'begun' | 'done';
      readonly records?: number;
    }
  /** The ids and keys of an object's records are read from the target. */
  | { readonly event: 'keys'; readonly object: string }
  /** A step of a copy; steps are counted from 1. */
  | {
      readonly event: 'step';
      readonly step: number;
      readonly steps: number;
      readonly object: string;
      /** `later` fills lookups by an update, `match` sends nothing. */
      readonly kind: 'load' | 'update' | 'later' | 'match';
      readonly level: number;
      readonly state: 'begun' | 'done';
      /** Those that are sent. */
      readonly records: number;
      readonly successful?: number;
      readonly failed?: number;
      readonly unprocessed?: number;
      readonly held?: number;
    };
