import { InputError, UsageError } from '../lib/errors.js';
import { JobFailedError, JobGoneError } from '../lib/jobs/errors.js';

const finalErrors = [JobFailedError, JobGoneError, UsageError, InputError];

/** Whether resuming may help: what the org has given up or forgotten is so however often it is resumed. */
export function isResumable(error: unknown): boolean {
  return !finalErrors.some((type) => error instanceof type);
}
