/** The JSON of every export. `records` are there only without an output file; they are written as they arrive. */
export type QueryReport = {
  jobId: string;
  /** Null when the query was only submitted. */
  totalSize: number | null;
  filePath: string | null;
  format: string;
  apiRequests: number;
  elapsedMs: number;
  records?: unknown[];
};
