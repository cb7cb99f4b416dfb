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
  | { readonly event: 'retry'; readonly waitMs: number; readonly reason: string };
