import { Messages } from '@salesforce/core';
import { InputError } from '../../lib/errors.js';
import type { LoadRequest } from '../../lib/load/load.js';
import type { RunOrg } from '../../lib/run/record.js';
import { notesOn, type Told } from './notes.js';
import type { ReportPage } from './page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** The page of a load that came to its end before anything was sent: what was in its way, and where. */
export async function unstartedPage(
  { operation, object, externalId }: LoadRequest,
  org: RunOrg,
  told: Told,
): Promise<ReportPage> {
  const { error } = told;
  const { alias, failure, warnings, writtenAt } = await notesOn(org, told);
  const isRefused = error instanceof InputError;
  const steps = isRefused
    ? [messages.getMessage('next.refused'), ...error.actions]
    : [messages.getMessage('next.unstarted')];
  return {
    operation,
    object,
    externalId,
    outcome: isRefused ? 'refused' : failure?.ending === 'interrupted' ? 'interrupted' : 'failed',
    org: { ...org, alias },
    failure: !isRefused && failure?.ending === 'failed' ? failure : undefined,
    problems: isRefused ? error.problems : [],
    errors: [],
    jobs: [],
    inputs: [],
    warnings,
    nextSteps: steps.map((text) => ({ text })),
    writtenAt,
  };
}
