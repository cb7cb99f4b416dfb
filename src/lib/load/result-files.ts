import { join } from 'node:path';
import type { PerResultFile } from './collect/request.js';

/** Names of the three files; one set for a load, named after its first job. */
export function resultFilesOf(folder: string, jobId: string): PerResultFile<string> {
  return {
    success: join(folder, `${jobId}-success-records.csv`),
    failed: join(folder, `${jobId}-failed-records.csv`),
    unprocessed: join(folder, `${jobId}-unprocessed-records.csv`),
  };
}
