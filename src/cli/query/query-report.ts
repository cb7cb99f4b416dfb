/** The JSON of every export. `records` are there only without an output file; they are written as they arrive. */
export type QueryReport = {
  /** Null for queries that REST has served. */
  jobId: string | null;
  /** Null when the query was only submitted. */
  totalSize: number | null;
  /** The file, or the folder with one file per page. */
  filePath: string | null;
  format: string;
  apiRequests: number;
  elapsedMs: number;
  records?: unknown[];
};
