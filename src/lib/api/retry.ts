import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, OrgUnreachableError, UnknownOutcomeError } from './errors.js';
import type { ApiRequest, OrgApi, ResponseReader } from './port.js';

/** How often, and after which waits, a request is retried; waits double, with jitter, and honour `Retry-After`. */
export type RetryPolicy = {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Tries in all while the org has not answered once: a wrong address should not take a minute to be told. */
  readonly attemptsBeforeFirstAnswer: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A request that has failed for so long is not sent again, nor is one that would wait for longer. Default: no limit. */
  readonly giveUpAfterMs?: number | undefined;
  /** Called each time before a wait, whoever sends the request. */
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined;
};

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 8,
  attemptsBeforeFirstAnswer: 3,
  firstWaitMs: 500,
  longestWaitMs: 30_000,
};

/** A request that failed and will be retried. */
export type RetryNotice = {
  readonly step: string;
  /** The try that failed, from 1. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly reason: string;
};

/** What a failure means for the request that met it. */
export type FailureClass = 'permanent' | 'transient' | 'unknown';

const busyStatuses = new Set([408, 420, 500, 502, 503, 504]);

/**
 * Classifies a failure. `transient`: sending again cannot do harm and may help. `unknown`: the org may have acted
 * on a request that must not run twice. `permanent`: sending again would fail the same way.
 */
export function classifyFailure(error: unknown, repeatable: boolean): FailureClass {
  if (error instanceof OrgUnreachableError) {
    return !error.mayHaveActed || repeatable ? 'transient' : 'unknown';
  }
  if (!(error instanceof ApiError)) return 'permanent';
  if (error.status === 429 || isConcurrencyLimit(error)) return 'transient';
  if (!busyStatuses.has(error.status)) return 'permanent';
  return repeatable ? 'transient' : 'unknown';
}

/**
 * Whether the org itself has refused a request, did nothing of it, and would refuse it again: a query it can't parse, an
 * object or a permission that is missing, a version it doesn't have. What begins with such a request can't go on.
 *
 * An ended session, a limit that is renewed within a day, a lock, and a page that a proxy answers with are none: the
 * same request may succeed later.
 */
export function isDefiniteRefusal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || classifyFailure(error, false) !== 'permanent') return false;
  const isRefused = error.status >= 400 && error.status < 500;
  return isRefused && isFromOrg(error) && !passingCodes.has(plainCode(error.errorCode));
}

/** Codes of refusals that end by themselves, without underscores: Bulk and REST spell codes differently. */
const passingCodes = new Set([
  'REQUESTLIMITEXCEEDED',
  'LIMITEXCEEDED',
  'EXCEEDEDQUOTA',
  'STORAGELIMITEXCEEDED',
  'TXNSECURITYMETERINGERROR',
  'UNABLETOLOCKROW',
  'SERVERUNAVAILABLE',
  // "Temporarily unavailable", for want of a better cause (SOAP API guide: exception codes).
  'APICURRENTLYDISABLED',
  'FUNCTIONALITYTEMPORARILYUNAVAILABLE',
  'INVALIDSESSIONID',
]);

/** Statuses that Salesforce answers without a body of its own: method, version and length of the address. */
const bareStatuses = new Set([405, 409, 410, 414, 415, 431]);

/** A refusal without a code of the service comes from something between here and the org, but for a few statuses. */
function isFromOrg({ status, errorCode }: ApiError): boolean {
  return bareStatuses.has(status) || errorCode !== `HTTP_${status}`;
}

function plainCode(errorCode: string): string {
  return errorCode.toUpperCase().replaceAll('_', '');
}

/** The daily limit will not clear in a minute; the limit on long requests at once will. */
function isConcurrencyLimit(error: ApiError): boolean {
  return error.errorCode === 'REQUEST_LIMIT_EXCEEDED' && error.message.includes('Concurrent');
}

/** Decorates the port: the one place where requests are repeated. */
export function withRetry(
  api: OrgApi,
  onRetry: (notice: RetryNotice) => void = () => undefined,
  policy: RetryPolicy = defaultRetryPolicy,
): OrgApi {
  let answered = false;

  async function send<T>(request: ApiRequest, read: ResponseReader<T>): Promise<T> {
    let failedAtMs: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await api.send(request, read);
        answered = true;
        return result;
      } catch (error) {
        answered ||= error instanceof ApiError;
        const failure = classifyFailure(error, request.repeatable);
        if (failure === 'unknown') throw unknownOutcome(request, error);
        const isPatient = answered && request.patient === true;
        const attempts = answered ? policy.attempts : policy.attemptsBeforeFirstAnswer;
        const mayHelp = isPatient ? mayPass(error, failure) : failure === 'transient' && attempt < attempts;
        if (!mayHelp) throw error;
        const waitMs = retryWaitMs(attempt, error, policy);
        failedAtMs ??= Date.now();
        const failingMs = Date.now() + waitMs - failedAtMs;
        if (!isPatient && failingMs > (policy.giveUpAfterMs ?? Infinity)) throw error;
        const notice = { step: request.step, attempt, waitMs, reason: (error as Error).message };
        onRetry(notice);
        policy.onRetry?.(notice);
        await sleep(waitMs, undefined, { signal: request.signal });
      }
    }
  }

  return {
    send,
    get requestCount() {
      return api.requestCount;
    },
  };
}

/** Whether a request will succeed some day, if it is only sent often enough. */
function mayPass(error: unknown, failure: FailureClass): boolean {
  if (failure === 'transient') return true;
  if (!(error instanceof ApiError) || error.status === 404) return false;
  // Down for all it comes back by itself; taken from one user, when an administrator gives it back.
  if (/disabled for this user/i.test(error.message)) return false;
  return error.errorCode !== 'INVALID_SESSION_ID' && !isDefiniteRefusal(error);
}

/**
 * How long to wait after a try that failed: doubles from try to try, between half and the whole of it, and never less
 * than the org asked for.
 * @param attempt the try that failed, from 1
 */
export function retryWaitMs(
  attempt: number,
  error: unknown,
  policy: Pick<RetryPolicy, 'firstWaitMs' | 'longestWaitMs'>,
): number {
  const full = Math.min(policy.firstWaitMs * 2 ** (attempt - 1), policy.longestWaitMs);
  const answer = error instanceof UnknownOutcomeError ? error.cause : error;
  const asked = answer instanceof ApiError ? (answer.retryAfterMs ?? 0) : 0;
  return Math.max(Math.round(full * (0.5 + Math.random() / 2)), asked);
}

function unknownOutcome(request: ApiRequest, cause: unknown): UnknownOutcomeError {
  const reason = (cause as Error).message;
  return new UnknownOutcomeError(`It is not known whether the org did this: ${request.step}. ${reason}`, {
    cause,
  });
}
