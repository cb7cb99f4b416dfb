import { Messages } from '@salesforce/core';
import { ApiError } from '../lib/api/errors.js';
import { isDefiniteRefusal } from '../lib/api/retry.js';
import { SharedTargetError, UnpairedResultsError, StepRefusedError } from '../lib/copy/account.js';
import { InputError, UsageError } from '../lib/errors.js';
import { LoadRefusedError } from '../lib/load/load.js';
import { JobFailedError, JobGoneError, JobVanishedError } from '../lib/jobs/errors.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.advice');

/** A kind of refusal by the org, and the key of the message that says what a person can do; undefined for nothing. */
type AdviceRow = {
  readonly codes?: readonly string[];
  readonly statuses?: readonly number[];
  /** Of the org's own message. */
  readonly says?: RegExp;
  readonly advice: string | undefined;
};

/**
 * What to do about a refusal: the first row that fits decides. Codes and messages as the service has them (seen in org
 * captures, and the Bulk and REST guides); what is not listed has no advice, since wrong advice is worse.
 */
export const adviceTable: readonly AdviceRow[] = [
  { codes: ['INVALIDJOB'], says: /Unable to find object/, advice: 'object' },
  { codes: ['INVALIDJOB'], says: /External ID/i, advice: 'externalId' },
  { codes: ['INVALIDJOB'], says: /No create\/update access/, advice: 'access' },
  { codes: ['INSUFFICIENT_ACCESS'], advice: 'access' },
  { codes: ['FEATURENOTENABLED'], says: /hardDelete/, advice: 'hardDelete' },
  { codes: ['API_ERROR'], says: /compound data/, advice: 'compound' },
  { says: /Blob field not supported/, advice: 'blob' },
  { says: /Aggregate Relationships not supported|Cannot serialize value/, advice: 'rest' },
  { codes: ['INVALIDENTITY'], says: /create the query job/, advice: 'rest' },
  { codes: ['INVALID_TYPE'], advice: 'object' },
  { codes: ['INVALID_FIELD'], advice: 'field' },
  { codes: ['MALFORMED_QUERY'], advice: 'query' },
  { codes: ['REQUEST_LIMIT_EXCEEDED'], says: /Concurrent/, advice: undefined },
  { codes: ['REQUEST_LIMIT_EXCEEDED'], advice: 'requests' },
  { codes: ['LIMIT_EXCEEDED', 'EXCEEDEDQUOTA'], advice: 'quota' },
  { codes: ['API_DISABLED_FOR_ORG', 'API_CURRENTLY_DISABLED'], advice: 'apiEnabled' },
  { statuses: [410], advice: 'version' },
  { statuses: [414, 431], advice: 'longQuery' },
];

/** What a person can do about an error, beside what it says itself and beside resuming; one sentence each. */
export function adviceFor(error: unknown): string[] {
  const refused = refusalOf(error);
  const row = refused === undefined ? undefined : adviceTable.find((each) => fits(each, refused));
  return row?.advice === undefined ? [] : [adviceText(row.advice)];
}

export function adviceText(advice: string): string {
  return messages.getMessage(`advice.${advice}`);
}

type Refusal = { readonly code: string; readonly status: number | undefined; readonly message: string };

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ApiError)
    return { code: error.errorCode, status: error.status, message: error.message };
  if (error instanceof LoadRefusedError)
    return { code: error.errorCode ?? '', status: undefined, message: error.message };
  // A job that the org fails says `FeatureNotEnabled : text` of it.
  if (error instanceof JobFailedError) {
    const { errorMessage = '' } = error.job;
    return {
      code: errorMessage.split(' : ')[0]?.toUpperCase() ?? '',
      status: undefined,
      message: errorMessage,
    };
  }
  return undefined;
}

function fits({ codes, statuses, says }: AdviceRow, { code, status, message }: Refusal): boolean {
  if (codes?.includes(code) === false) return false;
  if (statuses !== undefined && (status === undefined || !statuses.includes(status))) return false;
  return says === undefined || says.test(message);
}

/**
 * Whether to advise to resume. What the org has ended, forgotten or refused before it had a job of the run stays so,
 * however often it is resumed.
 * @param hasJob whether the run has a job in the org
 */
export function canResume(error: unknown, hasJob: boolean): boolean {
  if (error instanceof JobVanishedError) return true;
  const final = [
    JobFailedError,
    JobGoneError,
    LoadRefusedError,
    StepRefusedError,
    SharedTargetError,
    UnpairedResultsError,
    UsageError,
    InputError,
  ];
  if (final.some((type) => error instanceof type)) return false;
  return hasJob || !isDefiniteRefusal(error);
}
