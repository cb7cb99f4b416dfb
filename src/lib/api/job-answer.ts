import { checking, isCount, withoutNulls, type AnswerCheck } from './answers.js';
import { WrongJobError } from './errors.js';
import { isApiName, isSalesforceId } from './identifiers.js';
import { withoutSecrets } from '../secrets.js';
import { delimiterCharacters, type JobInfo } from './types.js';

/** A page of the list of jobs of either kind. */
export type JobListPage = {
  readonly done: boolean;
  readonly records: readonly JobInfo[];
  readonly nextRecordsUrl: string | null;
};

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
 * @throws UnexpectedAnswerError it told of no job, or of one with members that no job has
 * @throws WrongJobError it told of another job, or of another object
 */
export function jobFor(expected: ExpectedJob): AnswerCheck<JobInfo> {
  const { id, object } = expected;
  return (answer, step) => {
    const told = jobInfo(answer, step);
    requireKnownDialect(told, step);
    if (id !== undefined && !isSameId(told.id, id))
      throw wrongJob(`The org was asked about job ${id} and answered about job ${told.id}.`, expected, told);
    if (object !== undefined && !isSameObject(told.object, object))
      throw wrongJob(`Job ${told.id} is for ${object}, but the org says ${told.object}.`, expected, told);
    return told;
  };
}

/** Checks a page of a list of jobs, and each job in it. @throws UnexpectedAnswerError */
export function jobListPage(answer: unknown, step: string): JobListPage {
  const check = checking(step);
  const page = check.object(answer, 'a list of jobs');
  return {
    done: page.done === true,
    records: check.array(page.records, 'the list of jobs').map((each) => jobInfo(each, step)),
    nextRecordsUrl: check.nextUrl(page.nextRecordsUrl) ?? null,
  };
}

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

const timesOfJob = ['createdDate', 'systemModstamp'] as const;
const countsOfJob = [
  'apiVersion',
  'numberRecordsProcessed',
  'numberRecordsFailed',
  'retries',
  'totalProcessingTime',
  'apiActiveProcessingTime',
  'apexProcessingTime',
] as const;

function jobInfo(answer: unknown, step: string): JobInfo {
  const check = checking(step);
  const job = withoutNulls(check.object(answer, 'a job'));
  check.that(isSalesforceId(job.id), 'the job id', job.id);
  check.that(isSalesforceId(job.createdById), 'the user id', job.createdById);
  check.that(isApiName(job.object), 'the object', job.object);
  check.that(typeof job.operation === 'string', 'operation', job.operation);
  // Whoever waits for a job tells of a state that is missing, and asks again.
  check.that(['undefined', 'string'].includes(typeof job.state), 'state', job.state);
  for (const name of timesOfJob) check.that(isTime(job[name]), name, job[name]);
  for (const name of countsOfJob) check.that(job[name] === undefined || isCount(job[name]), name, job[name]);
  check.that(['undefined', 'string'].includes(typeof job.errorMessage), 'errorMessage', job.errorMessage);
  return withoutSecretsIn(job) as JobInfo;
}

/** An error message may repeat what the org was sent. */
function withoutSecretsIn(job: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const members = Object.entries(job);
  return Object.fromEntries(
    members.map(([name, value]) => [name, typeof value === 'string' ? withoutSecrets(value) : value]),
  );
}

/** Results are read by it. Of a job in a list nobody reads any. */
function requireKnownDialect({ columnDelimiter, lineEnding }: JobInfo, step: string): void {
  const { that } = checking(step);
  const isKnown = columnDelimiter === undefined || Object.hasOwn(delimiterCharacters, columnDelimiter);
  that(isKnown, 'columnDelimiter', columnDelimiter);
  that(lineEnding === undefined || ['LF', 'CRLF'].includes(lineEnding), 'lineEnding', lineEnding);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function wrongJob(message: string, expected: ExpectedJob, { id, object }: JobInfo): WrongJobError {
  return new WrongJobError(message, { data: { expected, told: { id, object } } });
}
