import { describe, expect, test } from 'vitest';
import {
  ApiError,
  ForeignAddressError,
  OrgUnreachableError,
  SessionExpiredError,
  UnknownOutcomeError,
} from '../../../src/lib/api/errors.js';
import { readJson, type ApiRequest, type OrgApi } from '../../../src/lib/api/port.js';
import {
  classifyFailure,
  isDefiniteRefusal,
  withRetry,
  type FailureClass,
  type RetryNotice,
} from '../../../src/lib/api/retry.js';
import { InputChangedError } from '../../../src/lib/jobs/errors.js';
import { failureOf } from '../../support/failure-of.ts';

const policy = { attempts: 4, attemptsBeforeFirstAnswer: 2, firstWaitMs: 1, longestWaitMs: 4 };

const get: ApiRequest = { method: 'GET', path: 'x', repeatable: true, step: 'look' };
const create: ApiRequest = { method: 'POST', path: 'x', repeatable: true, step: 'create the job' };
const put: ApiRequest = { method: 'PUT', path: 'x', repeatable: false, step: 'upload the data' };
const patch: ApiRequest = { method: 'PATCH', path: 'x', repeatable: false, step: 'close the job' };

const answer = (status: number, errorCode = `HTTP_${status}`, message = 'no') =>
  new ApiError(message, { status, errorCode });
const lost = new OrgUnreachableError('lost', { mayHaveActed: true });
const neverSent = new OrgUnreachableError('no route', { mayHaveActed: false });

type Row = readonly [what: string, error: Error, repeatable: FailureClass, once: FailureClass];

const table: readonly Row[] = [
  ['a connection that was never made', neverSent, 'transient', 'transient'],
  ['a connection that broke', lost, 'transient', 'unknown'],
  ['408', answer(408), 'transient', 'unknown'],
  ['420, from the edge', answer(420), 'transient', 'unknown'],
  ['429, which is refused before it acts', answer(429), 'transient', 'transient'],
  ['500', answer(500), 'transient', 'unknown'],
  ['502', answer(502), 'transient', 'unknown'],
  ['503', answer(503), 'transient', 'unknown'],
  ['504', answer(504), 'transient', 'unknown'],
  ['302', answer(302), 'permanent', 'permanent'],
  ['400', answer(400, 'INVALIDJOBSTATE'), 'permanent', 'permanent'],
  ['404', answer(404, 'NOT_FOUND'), 'permanent', 'permanent'],
  ['410', answer(410), 'permanent', 'permanent'],
  [
    '403, too many long requests at once',
    answer(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded'),
    'transient',
    'transient',
  ],
  [
    '403, the daily limit',
    answer(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded'),
    'permanent',
    'permanent',
  ],
  ['a session that cannot be renewed', new SessionExpiredError('expired'), 'permanent', 'permanent'],
  ['an address of another host', new ForeignAddressError('elsewhere'), 'permanent', 'permanent'],
  ['a file that changed', new InputChangedError('changed'), 'permanent', 'permanent'],
  ['an error of the caller', new TypeError('bug'), 'permanent', 'permanent'],
];

describe('what a failure means', () => {
  test.each(table)('%s', (_, error, repeatable, once) => {
    expect(classifyFailure(error, true)).toBe(repeatable);
    expect(classifyFailure(error, false)).toBe(once);
  });
});

describe('a definite refusal', () => {
  test.each([
    [400, 'MALFORMED_QUERY'],
    [400, 'INVALIDJOB'],
    [400, 'INVALIDENTITY'],
    [400, 'API_ERROR'],
    [400, 'FEATURENOTENABLED'],
    [403, 'API_DISABLED_FOR_ORG'],
    [403, 'INSUFFICIENT_ACCESS'],
    [404, 'NOT_FOUND'],
    [409, 'HTTP_409'],
    [410, 'HTTP_410'],
    [414, 'HTTP_414'],
  ])('is %i %s', (status, errorCode) => {
    expect(isDefiniteRefusal(answer(status, errorCode))).toBe(true);
  });

  test.each([
    ['the daily limit of requests', answer(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')],
    ['the daily limit of Bulk jobs', answer(400, 'LIMIT_EXCEEDED')],
    ['the daily quota of batches', answer(400, 'EXCEEDEDQUOTA')],
    ['too many long requests at once', answer(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn')],
    ['429', answer(429)],
    ['503', answer(503, 'SERVER_UNAVAILABLE')],
    ['an API that is down for a while', answer(403, 'API_CURRENTLY_DISABLED')],
    ['a feature that is down for a while', answer(403, 'FUNCTIONALITY_TEMPORARILY_UNAVAILABLE')],
    ['500 with a code', answer(500, 'UNKNOWN_EXCEPTION')],
    ['a redirection', answer(302)],
    ['a page of a proxy', answer(403, 'HTTP_403')],
    ['a row lock', answer(400, 'UNABLE_TO_LOCK_ROW')],
    ['an ended session', new SessionExpiredError('expired')],
    ['an ended session under another status', answer(403, 'INVALID_SESSION_ID')],
    ['a lost connection', lost],
    ['an unknown outcome', new UnknownOutcomeError('lost', { cause: answer(400, 'INVALIDJOB') })],
    ['an error of the caller', new TypeError('bug')],
  ])('is not %s', (_, error) => {
    expect(isDefiniteRefusal(error)).toBe(false);
  });
});

describe('what is sent again', () => {
  test.each([
    ['GET', get],
    ['POST that creates a job', create],
  ])('a %s after a lost answer, until it succeeds', async (_, request) => {
    const { api, sent } = scripted([lost, answer(503)]);
    await expect(withRetry(api, undefined, policy).send(request, readJson)).resolves.toBe('done');
    expect(sent()).toBe(3);
  });

  test.each([
    ['PUT', put],
    ['PATCH', patch],
  ])('a %s of unknown outcome is told, not repeated', async (_, request) => {
    const { api, sent } = scripted([lost]);
    const error = await failureOf(withRetry(api, undefined, policy).send(request, readJson));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error).toMatchObject({ cause: lost, message: expect.stringContaining(request.step) as string });
    expect(sent()).toBe(1);
  });

  test.each([
    ['PUT', put],
    ['PATCH', patch],
  ])('a %s that certainly never reached the org, or was refused for its rate', async (_, request) => {
    const { api, sent } = scripted([answer(429), neverSent]);
    await expect(withRetry(api, undefined, policy).send(request, readJson)).resolves.toBe('done');
    expect(sent()).toBe(3);
  });

  test('nothing that was refused', async () => {
    const refused = answer(400, 'INVALIDJOB');
    const { api, sent } = scripted([refused]);
    expect(await failureOf(withRetry(api, undefined, policy).send(create, readJson))).toBe(refused);
    expect(sent()).toBe(1);
  });
});

describe('how often', () => {
  test('a busy org is asked as often as the policy says, and its last error is thrown', async () => {
    const { api, sent } = scripted(Array.from({ length: 9 }, () => answer(503)));
    await expect(withRetry(api, undefined, policy).send(get, readJson)).rejects.toMatchObject({
      status: 503,
    });
    expect(sent()).toBe(policy.attempts);
  });

  test('an org that never answered is given up on sooner, and one that did before is not', async () => {
    const silent = scripted(Array.from({ length: 9 }, () => neverSent));
    await failureOf(withRetry(silent.api, undefined, policy).send(get, readJson));
    expect(silent.sent()).toBe(policy.attemptsBeforeFirstAnswer);

    const known = scripted([undefined, ...Array.from({ length: 9 }, () => neverSent)]);
    const api = withRetry(known.api, undefined, policy);
    await api.send(get, readJson);
    await failureOf(api.send(get, readJson));
    expect(known.sent()).toBe(1 + policy.attempts);
  });

  test('every try counts as a request', async () => {
    const { api } = scripted([lost, lost]);
    const retrying = withRetry(api, undefined, { ...policy, attemptsBeforeFirstAnswer: 4 });
    await retrying.send(get, readJson);
    expect(retrying.requestCount).toBe(3);
  });
});

describe('a patient request', () => {
  const look: ApiRequest = { ...get, patient: true };
  const dailyLimit = answer(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  const failures = [lost, answer(503), dailyLimit, answer(403, 'HTTP_403'), answer(302), neverSent];

  test('is sent again for as long as its failure may pass, once the org has answered', async () => {
    const long = [undefined, ...Array.from({ length: 50 }, (_, at) => failures[at % failures.length])];
    const { api, sent } = scripted(long);
    const retrying = withRetry(api, undefined, { ...policy, longestWaitMs: 1 });
    await retrying.send(look, readJson);
    await expect(retrying.send(look, readJson)).resolves.toBe('done');
    expect(sent()).toBe(52);
  });

  test.each([
    ['a refusal', answer(400, 'INVALIDJOB')],
    ['a job that the org does not know', answer(404, 'NOT_FOUND')],
    ['a page that is not there', answer(404, 'HTTP_404')],
    ['an ended session', new SessionExpiredError('expired')],
    ['an ended session under another status', answer(403, 'INVALID_SESSION_ID')],
    ['an API taken from the user', answer(403, 'API_CURRENTLY_DISABLED', 'API is disabled for this User')],
    ['an error of the caller', new TypeError('bug')],
  ])('ends with %s', async (_, error) => {
    const { api, sent } = scripted([undefined, error]);
    const retrying = withRetry(api, undefined, policy);
    await retrying.send(look, readJson);
    expect(await failureOf(retrying.send(look, readJson))).toBe(error);
    expect(sent()).toBe(2);
  });

  test('is given up on as any other while the org has never answered', async () => {
    const { api, sent } = scripted(Array.from({ length: 9 }, () => neverSent));
    await failureOf(withRetry(api, undefined, policy).send(look, readJson));
    expect(sent()).toBe(policy.attemptsBeforeFirstAnswer);
  });
});

describe('how long it waits', () => {
  test('twice as long each time, between half and the whole, up to the longest', async () => {
    const waits = await waitsOf([answer(503), answer(503), answer(503), answer(503), answer(503)], {
      ...policy,
      attempts: 6,
      firstWaitMs: 2,
      longestWaitMs: 8,
    });
    const whole = [2, 4, 8, 8, 8];
    expect(waits).toHaveLength(whole.length);
    waits.forEach((waitMs, index) => {
      expect(waitMs).toBeGreaterThanOrEqual(whole[index]! / 2);
      expect(waitMs).toBeLessThanOrEqual(whole[index]!);
    });
  });

  test('never less than the org asked for', async () => {
    const asked = new ApiError('busy', { status: 503, errorCode: 'HTTP_503', retryAfterMs: 30 });
    const startedMs = performance.now();
    expect(await waitsOf([asked], policy)).toEqual([30]);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(28);
  });

  test('each notice tells the step, the try and the reason', async () => {
    const { api } = scripted([answer(503, 'X', 'Server too busy')]);
    const notices: RetryNotice[] = [];
    await withRetry(api, (notice) => notices.push(notice), policy).send(get, readJson);
    expect(notices).toMatchObject([{ step: 'look', attempt: 1, reason: 'Server too busy' }]);
  });
});

describe('a cancelled signal', () => {
  test('ends the wait at once and sends nothing more', async () => {
    const stop = new AbortController();
    const { api, sent } = scripted(Array.from({ length: 9 }, () => answer(503)));
    const slow = { ...policy, firstWaitMs: 60_000, longestWaitMs: 60_000 };
    const retrying = withRetry(api, () => setImmediate(() => stop.abort(new Error('stopped'))), slow);
    const error = await failureOf(retrying.send({ ...get, signal: stop.signal }, readJson));
    expect(error.cause).toMatchObject({ message: 'stopped' });
    expect(sent()).toBe(1);
  });

  test('is never followed by another try, however transient the failure', async () => {
    const stop = new AbortController();
    const { api, sent } = scripted([lost, lost], () => stop.abort());
    await failureOf(withRetry(api, undefined, policy).send({ ...get, signal: stop.signal }, readJson));
    expect(sent()).toBe(1);
  });
});

/** Fails with each error in turn, undefined being a success, then succeeds. */
function scripted(errors: ReadonlyArray<Error | undefined>, onSend: () => void = () => undefined) {
  let count = 0;
  const api: OrgApi = {
    get requestCount() {
      return count;
    },
    send<T>() {
      onSend();
      const error = errors[count];
      count += 1;
      return error === undefined ? Promise.resolve('done' as T) : Promise.reject(error);
    },
  };
  return { api, sent: () => count };
}

async function waitsOf(errors: ReadonlyArray<Error | undefined>, waiting: typeof policy): Promise<number[]> {
  const waits: number[] = [];
  const { api } = scripted(errors);
  await withRetry(api, ({ waitMs }) => waits.push(waitMs), waiting).send(get, readJson);
  return waits;
}
