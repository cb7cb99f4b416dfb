import { Messages } from '@salesforce/core';
import type { LoadEvents } from '../../lib/load/model/events.js';
import type { Events } from '../../lib/events.js';
import type { ProgressLine } from '../progress-line.js';
import { formatBytes, formatCount, formatElapsed, formatRows } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

/** Shows the events of a load as they come. */
export function showLoadProgress(events: Events<LoadEvents>, line: ProgressLine): void {
  events.on('scanning', ({ name, bytes, totalBytes }) =>
    line.update(() => messages.getMessage('scanning', [name, formatBytes(bytes), formatBytes(totalBytes)])),
  );
  events.on('planned', ({ rows, parts }) => {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const jobs = parts.length === 1 ? '1 job' : `${parts.length} jobs`;
    if (rows > 0) line.note(messages.getMessage('planned', [formatRows(rows), formatBytes(bytes), jobs]));
  });
  events.on('uploading', ({ bytes, totalBytes }) =>
    line.update(() => messages.getMessage('uploading', [formatBytes(bytes), formatBytes(totalBytes)])),
  );
  events.on('jobInfo', ({ id, state, numberRecordsProcessed = 0, numberRecordsFailed = 0 }) =>
    line.update(() =>
      messages.getMessage('processing', [
        id,
        state,
        formatCount(numberRecordsProcessed),
        formatCount(numberRecordsFailed),
      ]),
    ),
  );
  events.on('retry', ({ waitMs, reason }) =>
    line.note(messages.getMessage('retry', [formatElapsed(waitMs), reason])),
  );
}
