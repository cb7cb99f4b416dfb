import { Messages } from '@salesforce/core';
import type { Events } from '../../lib/events.js';
import { uploadBytes, type LoadEvents } from '../../lib/load/load.js';
import type { LoadPlan } from '../../lib/run/record.js';
import { formatBytes, formatJobs, formatRows } from '../units.js';
import type { ProgressDisplay } from './display.js';
import { noteJob, noteRetry, type OrgFacts } from './notes.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.progress');

export type LoadStart = {
  /** Undefined until the org is known, which is before the first event that needs it. */
  readonly org: () => OrgFacts | undefined;
  /** Why the load matches records by its external id; undefined where nobody chose one here. */
  readonly keyReason: () => 'given' | 'found' | undefined;
};

/** Shows a load by its events. */
export function followLoad(events: Events<LoadEvents>, display: ProgressDisplay, start: LoadStart): void {
  const progress = Object.assign(display.progress, { isInTurn: true });
  const sizes = new Map<number, number>();
  const closed = new Set<number>();
  const jobOfPart = new Map<number, string>();
  let rounds = 0;
  let isChecked = false;

  events.on('scanning', ({ bytes, totalBytes }) => {
    progress.bytes = { done: bytes, total: totalBytes };
    progress.enter('checking', 'bytes');
    isChecked = true;
    display.changed();
  });
  events.on('readingKeys', ({ object, field }) => {
    display.announce(messages.getMessage('load.readingKeys', [object, field]));
  });
  events.on('planned', (plan) => {
    const { parts, rows } = plan;
    rounds += 1;
    progress.retry = rounds - 1;
    if (rounds > 1) progress.retriedRows += rows;
    progress.bytes = { done: 0, total: uploadBytes(plan) };
    progress.rows = { ...progress.rows, total: (progress.rows.total ?? 0) + rows };
    progress.plannedJobs += parts.length;
    for (const { index, bytes } of parts) sizes.set(index, bytes);
    // A resume first tells what the org has done by then.
    if (isChecked && parts.length > 0) progress.enter('uploading', 'bytes');
    if (rounds === 1 && rows > 0) tellStart(display, plan, start);
  });
  events.on('uploading', ({ bytes, totalBytes }) => {
    progress.bytes = { done: bytes, total: totalBytes };
    if (closed.size < sizes.size) progress.enter('uploading', 'bytes');
    display.changed();
  });
  events.on('jobCreated', ({ jobId, part }) => {
    const before = jobOfPart.get(part);
    if (before !== undefined) progress.dropJob(before);
    jobOfPart.set(part, jobId);
    tellJob(jobId, 'Open');
    display.changed();
  });
  events.on('jobClosed', ({ jobId, part }) => {
    closed.add(part);
    // Of a job that had ended before a resume, the org's word came first.
    if ((progress.stateOf(jobId) ?? 'Open') === 'Open') tellJob(jobId, 'UploadComplete');
    if (closed.size === sizes.size) progress.enter('processing', 'rows');
    display.changed();
  });
  events.on('jobInfo', ({ id, state, numberRecordsProcessed = 0, numberRecordsFailed = 0 }) => {
    tellJob(id, state, { processed: numberRecordsProcessed, failed: numberRecordsFailed });
    display.changed();
  });
  events.on('collecting', () => {
    const { done, total } = progress.jobs;
    if (done === total) progress.enter('collecting', 'rows');
    display.changed();
  });
  events.on('retry', (notice) => noteRetry(display, notice));

  function tellJob(jobId: string, state: string, figures = {}): void {
    noteJob(display, { jobId, state, ...figures }, start.org());
  }
}

function tellStart(display: ProgressDisplay, plan: LoadPlan, { org, keyReason }: LoadStart): void {
  const { operation, object, rows, parts } = plan;
  const externalId = plan.externalId ?? plan.keyField;
  const bytes = uploadBytes(plan);
  const orgName = org()?.orgName ?? '';
  display.announce(
    messages.getMessage('load.start', [
      operationText(plan, keyReason()),
      orgName,
      formatRows(rows),
      formatBytes(bytes),
      formatJobs(parts.length),
    ]),
  );
  const key = externalId === undefined ? {} : { externalId };
  display.fact({ event: 'start', operation, object, ...key, org: orgName, rows, bytes, jobs: parts.length });
}

/** `upsert Account by Iata_Code__c (the only external id in the file)` */
function operationText(
  { operation, object, externalId, keyField }: LoadPlan,
  reason: ReturnType<LoadStart['keyReason']>,
): string {
  const what = `${operation} ${object}`;
  if (keyField !== undefined) return messages.getMessage('load.key', [what, keyField]);
  if (externalId === undefined) return what;
  const found = externalId.toLowerCase() === 'id' ? 'load.keyId' : 'load.keyOnly';
  return messages.getMessage(reason === 'found' ? found : 'load.key', [what, externalId]);
}
