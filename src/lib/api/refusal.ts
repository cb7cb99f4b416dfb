import { ApiError, SessionExpiredError } from './errors.js';
import { withoutSecrets } from '../secrets.js';
import { readStart, type ApiRequest, type ApiResponse } from './port.js';

const longestRetryAfterMs = 300_000;

/** Reads the error that the org answered with: a JSON array, or HTML from the edge (REST guide: Status Codes and Error Responses). */
export async function refusal(
  request: ApiRequest,
  response: ApiResponse,
): Promise<ApiError | SessionExpiredError> {
  const body = await readStart(response).catch(() => '');
  const { errorCode, message } = parseError(body) ?? {
    errorCode: `HTTP_${response.status}`,
    message: `the org answered with status ${response.status}`,
  };
  if (response.status === 401) {
    return new SessionExpiredError(`Could not ${request.step}: ${message}.`, {
      actions: ['Log in again: sf org login web'],
    });
  }
  return new ApiError(`Could not ${request.step}: ${trimDot(message)} (${errorCode}).`, {
    status: response.status,
    errorCode,
    retryAfterMs: retryAfter(response.headers['retry-after']),
  });
}

function parseError(body: string): { errorCode: string; message: string } | undefined {
  try {
    const parsed = JSON.parse(body) as unknown;
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (typeof first !== 'object' || first === null) return undefined;
    const { errorCode, message } = first as { errorCode?: unknown; message?: unknown };
    return typeof errorCode === 'string' && typeof message === 'string'
      ? { errorCode: withoutSecrets(errorCode), message }
      : undefined;
  } catch {
    return undefined;
  }
}

function trimDot(message: string): string {
  return message.replace(/\.\s*$/, '');
}

/** Seconds or an HTTP date; a wait longer than five minutes is cut to five minutes. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) && waitMs >= 0 ? Math.min(waitMs, longestRetryAfterMs) : undefined;
}
