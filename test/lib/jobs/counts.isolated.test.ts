import { describe, expect, test, vi } from 'vitest';
import { pollUntilEnded } from '../../../src/lib/jobs/poll.js';
import { RowCountError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { jobId, scripted } from './scripted-jobs.ts';

vi.mock('node:timers/promises', () => import('../../support/fake-sleep.ts'));

describe('counts that cannot be', () => {
  test.each([
    ['more failed than were processed', { numberRecordsProcessed: 3, numberRecordsFailed: 99 }],
    ['more processed than were sent', { numberRecordsProcessed: 41, numberRecordsFailed: 0 }],
    ['part of a row', { numberRecordsProcessed: 3.5, numberRecordsFailed: 0 }],
  ])('are refused when the job has ended: %s', async (_, counts) => {
    const { ask } = scripted([
      { state: 'InProgress', ...counts },
      { state: 'JobComplete', ...counts },
    ]);
    const error = await failureOf<RowCountError>(pollUntilEnded({ jobId, ask, rowsSent: 40 }));
    expect(error).toBeInstanceOf(RowCountError);
    expect(error.message).toContain(`${counts.numberRecordsProcessed} rows of the 40 that were sent`);
  });

  test.each([
    ['none yet', {}],
    ['fewer than were sent', { numberRecordsProcessed: 39, numberRecordsFailed: 39 }],
    ['all that were sent', { numberRecordsProcessed: 40 }],
  ])('are not %s', async (_, counts) => {
    const { ask } = scripted([{ state: 'Aborted', ...counts }]);
    await expect(pollUntilEnded({ jobId, ask, rowsSent: 40 })).resolves.toMatchObject(counts);
  });
});
