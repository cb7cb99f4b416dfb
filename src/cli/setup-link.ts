/** The page of a job in Setup, Bulk Data Load Jobs. @param instanceUrl of the job's org */
export function setupLink(instanceUrl: string, jobId: string): string {
  return `${instanceUrl}/lightning/setup/AsyncApiJobStatus/page?address=%2F${encodeURIComponent(jobId)}`;
}
