import { Messages } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import type { Events } from '../../lib/events.js';
import type { ExportEvents } from '../../lib/export/export.js';
import { jobWarningText } from '../run-news.js';
import { formatCount } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

/** What must not go unnoticed, under `--json` either. */
export function tellQueryNews(events: Events<ExportEvents>, voice: Pick<SfCommand<unknown>, 'warn'>): void {
  events.on('replaced', ({ jobIds }) =>
    voice.warn(messages.getMessage('query.replaced', [jobIds.join(', ')])),
  );
  events.on('jobWarning', (warning) => voice.warn(jobWarningText(warning)));
  events.on('split', ({ jobId, reason, jobs, field }) =>
    voice.warn(messages.getMessage('query.split', [jobId, reason, formatCount(jobs), field])),
  );
}
