import { Messages } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import type { LoadEvents } from '../lib/load/load.js';
import type { RunEvents } from '../lib/run/open-interrupted.js';
import { formatCount, formatElapsed, formatTime } from './units.js';
import type { JobWarning } from '../lib/jobs/watcher.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

type RunEventSource = {
  on(name: 'ownerWatched', listener: (...args: RunEvents['ownerWatched']) => void): unknown;
  on(name: 'linesSkipped', listener: (...args: RunEvents['linesSkipped']) => void): unknown;
};

/** Says what happens while an interrupted run is opened. */
export function showRunNews(events: RunEventSource, voice: Pick<SfCommand<unknown>, 'warn'>): void {
  events.on('ownerWatched', ({ host, pid, since, waitMs }) => {
    const time = formatElapsed(waitMs);
    voice.warn(
      pid === undefined
        ? messages.getMessage('run.unknownOwnerWatched', [time])
        : messages.getMessage('run.ownerWatched', [pid, host ?? '', formatTime(since ?? ''), time]),
    );
  });
  events.on('linesSkipped', ({ lines }) =>
    voice.warn(messages.getMessage('run.linesSkipped', [formatCount(lines)])),
  );
}

type JobEventSource = {
  on(name: 'jobAbandoned', listener: (...args: LoadEvents['jobAbandoned']) => void): unknown;
  on(name: 'jobCreated', listener: (...args: LoadEvents['jobCreated']) => void): unknown;
};

/** Says which job takes the rows of one that was given up. */
export function showReplacedJobs(events: JobEventSource, voice: Pick<SfCommand<unknown>, 'warn'>): void {
  const abandoned = new Map<number, LoadEvents['jobAbandoned'][0]>();
  events.on('jobAbandoned', (job) => abandoned.set(job.part, job));
  events.on('jobCreated', ({ jobId, part }) => {
    const before = abandoned.get(part);
    if (before === undefined) return;
    abandoned.delete(part);
    voice.warn(messages.getMessage('jobReplaced', [before.jobId, before.reason, jobId]));
  });
}

/** What a person reads of something strange that the org tells of a job. */
export function jobWarningText({ kind, jobId, state }: JobWarning): string {
  if (kind === 'unknownState' && state === undefined)
    return messages.getMessage('jobWarning.noState', [jobId]);
  return messages.getMessage(`jobWarning.${kind}`, kind === 'backInOpen' ? [jobId] : [jobId, state ?? '']);
}
