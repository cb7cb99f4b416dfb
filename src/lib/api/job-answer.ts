import { UnknownOutcomeError, WrongJobError } from './errors.js';
import type { JobInfo } from './types.js';

/** What is known of a job before the org tells of it. */
export type ExpectedJob = {
  /** 15 or 18 characters. Absent for a job that is being created. */
  readonly id?: string | undefined;
  /** As a person or a query names it. Absent where nobody has said yet. */
  readonly object?: string | undefined;
};

/**
 * Checks that the org told of the job that it was asked for. Whoever believes the figures or the state of another job
 * counts rows that are not its own, or takes a job for finished that is not.
 * @throws WrongJobError it told of another job, of another object, or of no job
 */
export function requireJob(answer: unknown, expected: ExpectedJob): JobInfo {
  const told = (typeof answer === 'object' ? answer : null) as Partial<JobInfo> | null;
  const { id, object } = expected;
  if (typeof told?.id !== 'string' || !jobId.test(told.id)) {
    const asked = id === undefined ? 'about a job' : `about job ${id}`;
    throw wrongJob(`The org's answer ${asked} has no job id.`, expected, told);
  }
  if (id !== undefined && !isSameId(told.id, id))
    throw wrongJob(`The org was asked about job ${id} and answered about job ${told.id}.`, expected, told);
  if (object !== undefined && typeof told.object === 'string' && !isSameObject(told.object, object))
    throw wrongJob(`Job ${told.id} is for ${object}, but the org says ${told.object}.`, expected, told);
  return told as JobInfo;
}

const jobId = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/** The last three of 18 characters only tell the case of the first 15 (Salesforce help: 15 and 18 character ids). */
export function isSameId(one: string, other: string): boolean {
  return one.slice(0, 15) === other.slice(0, 15);
}

/**
 * Names of objects are the same in any case, and the org puts the namespace of its package before names that were given
 * without it: `ns__Invoice__c` is `invoice__c`.
 */
export function isSameObject(one: string, other: string): boolean {
  return withoutNamespace(one) === withoutNamespace(other);
}

function withoutNamespace(object: string): string {
  const segments = object.toLowerCase().split('__');
  return segments.slice(segments.length > 2 ? 1 : 0).join('__');
}

/**
 * The same for the answer to a change of a job's state: who knows what the org did to which job has to ask the job itself.
 * @throws UnknownOutcomeError with the WrongJobError as its cause
 */
export function requireChangedJob(answer: unknown, expected: ExpectedJob): JobInfo {
  try {
    return requireJob(answer, expected);
  } catch (cause) {
    throw new UnknownOutcomeError((cause as Error).message, { cause });
  }
}

function wrongJob(message: string, expected: ExpectedJob, told: Partial<JobInfo> | null): WrongJobError {
  const { id, object } = told ?? {};
  return new WrongJobError(message, { data: { expected, told: { id, object } } });
}
