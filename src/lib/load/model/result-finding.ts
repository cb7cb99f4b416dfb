import type { PerResultFile } from './result-sets.js';

/** What is strange about the results of a job. Only results of other rows are refused. */
export type ResultFinding =
  /** Keys came more often than they were sent, and others never: the results are of other rows. */
  | { readonly kind: 'otherRows'; readonly doubled: readonly SentKey[]; readonly missing: readonly SentKey[] }
  /** The service wrote keys in a way of its own. */
  | {
      readonly kind: 'keysRewritten';
      readonly sent: readonly SentKey[];
      readonly returned: readonly string[];
    }
  /** They are not those that were sent, and the input is no longer there to be looked at. */
  | { readonly kind: 'keysUnknown' }
  /** Every row has a result, and the job says otherwise of itself. */
  | { readonly kind: 'otherCounts'; readonly count: JobRowCount };

/** A key that was sent, and the row it was sent in. */
export type SentKey = { readonly key: string; readonly file: string; readonly row: number };

/** What came back of one job, next to what the job says of itself. */
export type JobRowCount = {
  readonly jobId: string;
  /** Rows uploaded; undefined for a job that the plugin did not create. */
  readonly rowsSent: number | undefined;
  /** The job's own figures; `processed` includes the rows that failed. */
  readonly jobSays: { readonly processed: number; readonly failed: number };
  /** Rows in the result sets. */
  readonly results: PerResultFile<number>;
  /** Sent rows whose results came more often than they were sent, in the place of others. */
  readonly otherRows?: { readonly doubled: readonly SentKey[]; readonly missing: readonly SentKey[] };
};
