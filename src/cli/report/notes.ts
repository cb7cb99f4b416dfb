import { Messages, StateAggregator } from '@salesforce/core';
import { Bulk2Error, UsageError } from '../../lib/errors.js';
import type { LoadAccount } from '../../lib/load/account.js';
import { PollingTimeoutError } from '../../lib/jobs/errors.js';
import type { RunOrg } from '../../lib/run/record.js';
import { isInterruption } from '../exit-codes.js';
import type { PageNotes } from './load-page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

export type Told = {
  /** What ended the command early. */
  readonly error?: unknown;
  readonly warnings?: readonly string[];
};

/** What is known of a page's surroundings now. */
export async function notesOn({ username }: RunOrg, { error, warnings = [] }: Told): Promise<PageNotes> {
  return {
    alias: await aliasOf(username),
    failure: failureOf(error),
    warnings,
    writtenAt: new Date().toISOString(),
  };
}

/** Why rows of a load were not sent. */
export function haltOf({ status: { halt } }: LoadAccount): string[] {
  return halt?.cause === 'failures' ? [messages.getMessage('warning.stopped', [halt.reason])] : [];
}

/** What the person calls an org; undefined where that has no name. */
export async function aliasOf(username: string | undefined): Promise<string | undefined> {
  if (username === undefined) return undefined;
  const { aliases } = await StateAggregator.getInstance();
  return aliases.get(username) ?? undefined;
}

/** An interruption and a wait that ran out are no failures of the load: the headline says that it goes on. */
function failureOf(error: unknown): PageNotes['failure'] {
  if (error === undefined) return undefined;
  const message = error instanceof Error ? error.message : '';
  const actions = error instanceof Bulk2Error ? error.actions : [];
  if (isInterruption(error)) return { ending: 'interrupted', message: '', actions: [] };
  return { ending: error instanceof PollingTimeoutError ? 'timedOut' : 'failed', message, actions };
}

/** Of a job that has records, and no rows to account for. */
export function notALoad(jobId: string): UsageError {
  return new UsageError(messages.getMessage('error.IsQuery', [jobId]), {
    actions: [messages.getMessage('error.IsQueryAction', [jobId])],
  });
}
