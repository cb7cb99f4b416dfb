import { describe, expect, test } from 'vitest';
import { SharedTargetError, UnpairedResultsError } from '../../src/lib/copy/model/errors.js';
import { adviceFor, canResume } from '../../src/cli/advice.js';
import { ApiError, OrgUnreachableError, SessionExpiredError } from '../../src/lib/api/errors.js';
import { InputError, UsageError, RowCountError } from '../../src/lib/errors.js';
import {
  JobFailedError,
  JobGoneError,
  JobVanishedError,
  PollingTimeoutError,
} from '../../src/lib/jobs/errors.js';

function refused(
  status: number,
  errorCode: string,
  message: string,
  step = 'create the insert job',
): ApiError {
  return new ApiError(`Could not ${step}: ${message} (${errorCode}).`, { status, errorCode });
}

describe('a refusal says what a person can do', () => {
  test.each([
    [400, 'INVALIDJOB', 'InvalidJob : Unable to find object: X', 'API name of the object'],
    [400, 'INVALIDJOB', 'Field name provided, X does not match an External ID for Y', '--external-id'],
    [400, 'INVALIDJOB', 'InvalidJob : External ID was blank for Y.', '--external-id'],
    [400, 'INVALIDJOB', 'InvalidJob : No create/update access for object:X', 'permission to create'],
    [400, 'FEATURENOTENABLED', 'hardDelete operation requires special user profile', 'Bulk API Hard Delete'],
    [400, 'API_ERROR', 'Selecting compound data not supported in Bulk Query', 'parts of the compound field'],
    [400, 'API_ERROR', 'Aggregate Relationships not supported in Bulk V2 Query', '--rest'],
    [400, 'API_ERROR', 'Blob field not supported in Bulk V2 Query', 'Leave out the field'],
    [400, 'INVALID_TYPE', "sObject type 'Accout' is not supported", 'API name of the object'],
    [400, 'INVALID_FIELD', "No such column 'Nam'", 'API names of the fields'],
    [400, 'MALFORMED_QUERY', 'ERROR at Row:1:Column:43', 'position'],
    [403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 'sf org list limits'],
    [
      400,
      'LIMIT_EXCEEDED',
      'Max bulk v2 query jobs (10000) per 24 hrs has been reached',
      'sf org list limits',
    ],
    [400, 'EXCEEDEDQUOTA', 'ApiBatchItems Limit exceeded', 'sf org list limits'],
    [403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled', 'API Enabled'],
    [403, 'API_CURRENTLY_DISABLED', 'API is disabled for this User', 'API Enabled'],
    [410, 'HTTP_410', 'the org answered with status 410', '--api-version'],
    [414, 'HTTP_414', 'the org answered with status 414', 'Shorten the query'],
    [431, 'HTTP_431', 'the org answered with status 431', 'Shorten the query'],
  ])('%i %s: %s', (status, errorCode, message, advice) => {
    expect(adviceFor(refused(status, errorCode, message)).join()).toContain(advice);
  });

  test('of a query on an object without Bulk', () => {
    const message = "Entity 'CaseStatus' is not supported by the Bulk API";
    const query = refused(400, 'INVALIDENTITY', message, 'create the query job');
    expect(adviceFor(query).join()).toContain('--rest');
    expect(adviceFor(refused(400, 'INVALIDENTITY', message))).toEqual([]);
  });

  test('of a job that the org has failed', () => {
    const errorMessage = "FeatureNotEnabled : Cannot serialize value for 'Owner' in CSV format";
    const failed = new JobFailedError({ id: '750', state: 'Failed', errorMessage } as never);
    expect(adviceFor(failed).join()).toContain('--rest');
  });
});

describe('nothing is advised', () => {
  test.each([
    ['where nothing is known', refused(400, 'FEATURENOTENABLED', 'other')],
    ['about a property that only this tool can have got wrong', refused(400, 'API_ERROR', 'Invalid value')],
    ['about a job in another state', refused(400, 'INVALIDJOBSTATE', 'Closing already Completed Job')],
    ['about a second upload', refused(400, 'BULK_API_ERROR', 'Found multipe contents for job')],
    ['about what is not there', refused(404, 'NOT_FOUND', 'The requested resource does not exist')],
    ['about another method', refused(405, 'HTTP_405', 'no')],
    ['about another version', refused(409, 'HTTP_409', 'no')],
    ['about a busy org', refused(503, 'SERVER_UNAVAILABLE', 'no')],
    ['about the edge', refused(420, 'HTTP_420', 'no')],
    ['about too much at once', refused(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn')],
    ['beside what a lost connection says itself', new OrgUnreachableError('lost', { mayHaveActed: true })],
    ['beside what an ended session says itself', new SessionExpiredError('expired')],
    ['about a bug', new TypeError('bug')],
  ])('%s', (_, error) => {
    expect(adviceFor(error)).toEqual([]);
  });
});

describe('to resume is advised', () => {
  const lost = new OrgUnreachableError('lost', { mayHaveActed: true });
  const limit = refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  const malformed = refused(400, 'MALFORMED_QUERY', 'no');

  test.each<[string, unknown, boolean, boolean]>([
    ['after a lost connection', lost, true, true],
    ['after a busy org', refused(503, 'X', 'no'), true, true],
    ['after the daily limit', limit, true, true],
    ['after an ended session', new SessionExpiredError('expired'), true, true],
    ['when the wait is over', new PollingTimeoutError('over'), true, true],
    ['when rows are missing', new RowCountError('10 of 12'), true, true],
    ['for a job that the org has lost sight of', new JobVanishedError('no'), true, true],
    ['after a refusal only where the run has a job', malformed, true, false],
    ['not for a job that has failed', new JobFailedError({ id: '750' } as never), false, false],
    ['not for a job that is gone', new JobGoneError('gone'), false, false],
    ['not where two records have become one', new SharedTargetError('no'), false, false],
    ['not where results are of no row that was sent', new UnpairedResultsError('no'), false, false],
    ['not after wrong use', new UsageError('no'), false, false],
    ['not for a refused input', new InputError([]), false, false],
  ])('%s', (_, error, withJob, withoutJob) => {
    expect(canResume(error, true)).toBe(withJob);
    expect(canResume(error, false)).toBe(withoutJob);
  });
});
