import { tmpdir } from 'node:os';
import { ApiError, SessionExpiredError } from '../api/errors.js';
import { asDiskFull } from '../files/disk-full.js';
import { PollingTimeoutError } from '../jobs/errors.js';

/**
 * Runs a call of a program. What it throws is what programs for jsforce test: an error of the org has the org's code for
 * its `name` and `errorCode`, a wait that ran out is a `JobPollingTimeout` with `jobId`, and what a signal has ended
 * throws the signal's own reason. A full disk is a `DiskFullError`.
 */
export async function atDoor<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw errorFor(signal, error);
  }
}

/** An error as programs for jsforce know it; still of its class. */
export function errorFor(signal: AbortSignal, thrown: unknown): unknown {
  if (signal.aborted && isAbortion(thrown)) return signal.reason;
  const error = asDiskFull(tmpdir(), thrown);
  if (!(error instanceof Error)) return error;
  const errorCode = orgCodeOf(error);
  if (errorCode !== undefined) return Object.assign(error, { name: errorCode, errorCode });
  if (error instanceof PollingTimeoutError) {
    return Object.assign(error, { name: 'JobPollingTimeout', jobId: error.data.jobId });
  }
  return error;
}

/** Of pauses and streams that a signal has ended. */
function isAbortion(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function orgCodeOf(error: Error): string | undefined {
  if (error instanceof ApiError) return error.errorCode;
  if (error instanceof SessionExpiredError) return 'INVALID_SESSION_ID';
  return error.cause instanceof ApiError ? error.cause.errorCode : undefined;
}
