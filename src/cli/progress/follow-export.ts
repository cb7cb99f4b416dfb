import type { Events } from '../../lib/events.js';
import type { ExportEvents } from '../../lib/export/export.js';
import type { ProgressDisplay } from './display.js';
import { noteJob, noteRetry, type OrgFacts } from './notes.js';

/** Shows an export by its events. @param org undefined until it is known, which is before the first job is */
export function followExport(
  events: Events<ExportEvents>,
  display: ProgressDisplay,
  org: () => OrgFacts | undefined,
): void {
  const { progress } = display;

  events.on('jobCreated', ({ jobId }) => {
    noteJob(display, { jobId, state: 'UploadComplete', processed: 0 }, org());
    progress.enter('waiting', 'rows');
    display.changed();
  });
  events.on('jobInfo', ({ id, state, numberRecordsProcessed = 0 }) => {
    const { rows } = progress;
    noteJob(display, { jobId: id, state, processed: numberRecordsProcessed }, org());
    // What has arrived counts from then on, not what was found.
    if (rows.total !== undefined) progress.rows = rows;
    display.changed();
  });
  events.on('split', ({ jobId, jobs }) => {
    progress.dropJob(jobId);
    progress.plannedJobs = jobs;
  });
  events.on('downloading', ({ records, totalRecords, bytes = 0 }) => {
    progress.bytes = { done: bytes };
    progress.rows = { done: records, total: totalRecords };
    progress.enter('downloading', 'rows');
    display.changed();
  });
  events.on('retry', (notice) => noteRetry(display, notice));
}
