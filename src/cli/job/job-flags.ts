import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { isRunId } from '../../lib/run/store.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/** The other name that people know it by. */
const aliases = ['job-id'];

const idFlag = {
  char: 'i',
  startsWith: '750',
  length: 'both',
  summary: messages.getMessage('flags.id.summary'),
} as const;

/** `--id` of a job. */
export const jobIdFlag = Flags.salesforceId({
  ...idFlag,
  aliases,
  required: true,
  summary: messages.getMessage('flags.jobId.summary'),
});

/** `--id` of a job, or of a run that has none, as a change by query over SObject Collections. */
function runIdFlag<T extends { parse: (input: string, ...rest: never[]) => Promise<unknown> }>(flag: T): T {
  const parse: T['parse'] = (input, ...rest) =>
    isRunId(input) ? Promise.resolve(input) : flag.parse(input, ...rest);
  return { ...flag, parse };
}

/** `--id`, or `--use-most-recent` instead, which each command takes to mean what its summary says. */
export const runFlagsWith = (mostRecentSummary: string) => ({
  id: runIdFlag(
    Flags.salesforceId({
      ...idFlag,
      aliases,
      exactlyOne: ['id', 'use-most-recent'],
    }),
  ),
  'use-most-recent': Flags.boolean({
    summary: mostRecentSummary,
    exactlyOne: ['id', 'use-most-recent'],
  }),
});

/** Of what was started last, finished or not. */
export const lastRunFlags = runFlagsWith(messages.getMessage('flags.last.summary'));

/** The same, but for exports. */
export const lastLoadFlags = runFlagsWith(messages.getMessage('flags.lastLoad.summary'));

/** Of what has not ended; without either of the two, a person is asked. */
export const resumeFlags = {
  id: runIdFlag(Flags.salesforceId({ ...idFlag, aliases, exclusive: ['use-most-recent'] })),
  'use-most-recent': Flags.boolean({ summary: messages.getMessage('flags.use-most-recent.summary') }),
};

/**
 * Jobs of this tool's own runs know their org; for others it has to be said, or be the default org. That one is not the
 * flag's default: an org that was named and is not the job's is a mistake, and the default org is none.
 */
export const jobOrgFlags = {
  'target-org': Flags.optionalOrg({
    summary: messages.getMessage('flags.target-org.summary'),
    default: () => Promise.resolve(undefined),
  }),
  'api-version': Flags.orgApiVersion(),
};
