import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  asWrongUse,
  exitCodeHelp,
  exitCodeOf,
  exitCodes,
  InterruptedError,
  isInterruption,
} from '../../src/cli/exit-codes.js';
import { ApiError, SessionExpiredError } from '../../src/lib/api/errors.js';
import { InputError, UsageError, RowCountError } from '../../src/lib/errors.js';
import { JobFailedError, PollingTimeoutError } from '../../src/lib/jobs/errors.js';
import { RunLockedError } from '../../src/lib/run/errors.js';
import { failureOf } from '../support/failure-of.ts';

test.each<[unknown, number]>([
  [new UsageError('both --a and --b'), 2],
  [new InputError([{ code: 'x', message: 'row 3 has 4 cells' }]), 2],
  [Object.assign(new Error('Nonexistent flag'), { oclif: { exit: 2 } }), 2],
  [new PollingTimeoutError('still InProgress'), 69],
  [new InterruptedError(), 130],
  [new Error('aborted', { cause: new InterruptedError() }), 130],
  [new ApiError('no', { status: 400, errorCode: 'INVALIDJOB' }), 1],
  [new SessionExpiredError('expired'), 1],
  [new JobFailedError({ id: '750', state: 'Failed' } as never), 1],
  [new RowCountError('10 of 12'), 1],
  [new RunLockedError('held'), 1],
  [Object.assign(new Error('other'), { oclif: { exit: 5 }, exitCode: 9 }), 1],
  [new TypeError('bug'), 1],
  ['a string', 1],
  [undefined, 1],
  [null, 1],
])('%s ends with %i', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

test('every code is explained', () => {
  expect(Object.keys(exitCodeHelp).map(Number)).toEqual(Object.values(exitCodes));
});

test('a wait of the platform that was interrupted counts as interrupted', async () => {
  const stop = new AbortController();
  const waiting = sleep(60_000, undefined, { signal: stop.signal });
  stop.abort(new InterruptedError());
  const error = await failureOf(waiting);
  expect(error).not.toBeInstanceOf(InterruptedError);
  expect(isInterruption(error)).toBe(true);
});

test('what the parser of flags says has no styles, which would be shown as escapes', () => {
  const error = asWrongUse(
    new Error('The following error occurred:\n  \u001b[2mMissing required flag id\u001b[22m'),
  );
  expect(error.message).toBe('The following error occurred:\n  Missing required flag id');
  expect(exitCodeOf(error)).toBe(2);
});
