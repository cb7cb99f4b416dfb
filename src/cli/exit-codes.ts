import { stripVTControlCharacters } from 'node:util';
import { toHelpSection } from '@salesforce/sf-plugins-core';
import { InputError, UsageError } from '../lib/errors.js';
import { PollingTimeoutError } from '../lib/jobs/errors.js';

/** The only table of exit codes; every command's help shows it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  refusedInput: 2,
  someRowsFailed: 68,
  notFinished: 69,
  interrupted: 130,
} as const;

export const exitCodeHelp: Readonly<Record<string, string>> = {
  [exitCodes.ok]: 'Every row succeeded, or the async work was accepted.',
  [exitCodes.failed]:
    'Failed: a job failed or was aborted, the org refused, or rows cannot be accounted for.',
  [exitCodes.refusedInput]:
    'The command was used wrongly, or the input was refused before anything was sent.',
  [exitCodes.someRowsFailed]: 'Finished, and some rows failed or stayed unprocessed.',
  [exitCodes.notFinished]: 'Not finished yet: --wait ran out. Resume it with "sf bulk2 job resume".',
  [exitCodes.interrupted]:
    'Interrupted (the resume command has been printed), or you answered no to a question.',
};

/** The table as a section of a command's help. oclif's manifest has it of commands that have it as a member of their own. */
export const errorCodes = toHelpSection('ERROR CODES', exitCodeHelp);

const misused = new WeakSet<object>();

/**
 * Marks what the parser of flags throws: an id of another kind or an unknown org has no exit code of its own. On a terminal it
 * has styles in its text, which would be shown as what they are: control characters.
 */
export function asWrongUse<T extends Error>(error: T): T {
  misused.add(error);
  error.message = stripVTControlCharacters(error.message);
  // Of several wrong flags oclif tells together, and has no name for it.
  if (error.name === 'Error') error.name = 'UsageError';
  return error;
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof InputError) return exitCodes.refusedInput;
  if (error instanceof PollingTimeoutError) return exitCodes.notFinished;
  if (isInterruption(error)) return exitCodes.interrupted;
  if (misused.has(error as object)) return exitCodes.refusedInput;
  const own = (error as { oclif?: { exit?: unknown } } | null) ?? {};
  if (own.oclif?.exit === exitCodes.refusedInput) return exitCodes.refusedInput;
  return exitCodes.failed;
}

/** A signal, such as that of Ctrl-C, has interrupted the command. */
export class InterruptedError extends Error {
  constructor(message = 'Interrupted.') {
    super(message);
    this.name = 'InterruptedError';
  }
}

/** You answered no to a question, and nothing was sent. The message is all there is to say. */
export class DeclinedError extends InterruptedError {}

/** Abortable calls of the platform throw an error of their own, with the signal's reason as its cause. */
export function isInterruption(error: unknown): boolean {
  if (error instanceof InterruptedError) return true;
  return error instanceof Error && error.cause !== undefined && isInterruption(error.cause);
}
