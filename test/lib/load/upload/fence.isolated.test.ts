import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, UnknownOutcomeError } from '../../../../src/lib/api/errors.js';
import type { ApiRequest, OrgApi } from '../../../../src/lib/api/port.js';
import type { JobState } from '../../../../src/lib/api/types.js';
import { JobNotAbortedError } from '../../../../src/lib/load/upload/fence.js';
import { failureOf } from '../../../support/failure-of.ts';
import type { FakeOrg } from '../../../support/fake-org.ts';
import { sleeps } from '../../../support/fake-sleep.ts';
import { failOnceApi, lostRequestApi, lostResponseApi } from '../../../support/faulty-apis.ts';
import { partData, partUnderTest } from '../../../support/part-under-test.ts';

vi.mock('node:timers/promises', () => import('../../../support/fake-sleep.ts'));

const isPut = ({ method }: ApiRequest) => method === 'PUT';
const isAbort = ({ body }: ApiRequest) => body === '{"state":"Aborted"}';
const refusal = new ApiError('not yours', { status: 403, errorCode: 'INSUFFICIENT_ACCESS' });
const closedStates: JobState[] = ['UploadComplete', 'InProgress', 'JobComplete', 'Failed'];

beforeEach(() => {
  sleeps.length = 0;
});

describe.each([false, true])(
  'before another job takes the rows (lock has changed hands: %s)',
  (hasChangedHands) => {
    test.each([
      ['that was lost', lostRequestApi],
      ['whose answer was lost', lostResponseApi],
    ])('an abort %s is settled by the job itself', async (_, fault) => {
      const part = await partUnderTest({ api: (org) => fault(org, { when: isAbort }), hasChangedHands });
      const job = part.org.ingest.add();
      await part.send({ kind: 'open', jobId: job.id });
      expect(part.states()).toEqual(['Aborted', 'UploadComplete']);
      expect(part.timeline.indexOf('journal create')).toBeGreaterThan(
        part.timeline.lastIndexOf(`GET jobs/ingest/${job.id}`),
      );
    });

    test('an abort of unknown outcome that never comes to an end stops the load, with the job Open and no other', async () => {
      const api = (org: FakeOrg) => lostRequestApi(org, { when: isAbort, times: Infinity });
      const part = await partUnderTest({ api, hasChangedHands });
      const job = part.org.ingest.add();
      await expect(part.send({ kind: 'open', jobId: job.id })).rejects.toThrow(UnknownOutcomeError);
      expect(part.states()).toEqual(['Open']);
      expect(part.records('abandoned')).toEqual([]);
      await part.resume();
    });

    test.each(closedStates)('a job that somebody has closed (%s) is kept, and not aborted', async (state) => {
      const part = await partUnderTest({ hasChangedHands });
      const job = part.org.ingest.add({ data: partData, state });
      expect(await part.send({ kind: 'open', jobId: job.id })).toBe(job.id);
      expect(part.timeline).toEqual([`GET jobs/ingest/${job.id}`, 'journal closed']);
      expect(part.org.ingest.submitted).toEqual([partData]);
    });

    test('a job that somebody has closed while its upload failed here is kept', async () => {
      const part = await partUnderTest({ api: (org) => closedBehind(org), hasChangedHands });
      await part.send({ kind: 'planned' });
      expect(part.org.ingest.submitted).toEqual([partData]);
      expect(part.records('closed')).toHaveLength(1);
    });

    test.each<[string, JobState | undefined]>([
      ['aborted', 'Aborted'],
      ['gone', undefined],
    ])('a job that is %s already is left at that', async (_, state) => {
      const part = await partUnderTest({ hasChangedHands });
      const jobId = state === undefined ? '750000000000999AAA' : part.org.ingest.add({ state }).id;
      await part.send({ kind: 'open', jobId });
      expect(part.timeline.slice(0, 2)).toEqual([`GET jobs/ingest/${jobId}`, 'journal abandoned']);
      expect(part.org.ingest.submitted).toEqual([partData]);
    });

    test('a 404 of something else than the org does not pass for a job that is gone', async () => {
      const proxy = new ApiError('no', { status: 404, errorCode: 'HTTP_404' });
      const part = await partUnderTest({
        api: (org) => failOnceApi(org, proxy, { when: isGet }),
        hasChangedHands,
      });
      const job = part.org.ingest.add();
      expect(await failureOf(part.send({ kind: 'open', jobId: job.id }))).toBe(proxy);
      expect(part.states()).toEqual(['Open']);
    });
  },
);

describe('an abort that the org refuses outright', () => {
  test('is no obstacle while no other process has worked on the load: nobody could close the job', async () => {
    const part = await partUnderTest({ api: refusing });
    await part.send({ kind: 'planned' });
    expect(part.states()).toEqual(['Open', 'UploadComplete']);
    expect(part.org.ingest.submitted).toEqual([partData]);
  });

  test('stops a load that has changed hands, and says what to do', async () => {
    const part = await partUnderTest({ api: refusingAborts, hasChangedHands: true });
    const job = part.org.ingest.add();
    const error = await failureOf<JobNotAbortedError>(part.send({ kind: 'open', jobId: job.id }));
    expect(error).toBeInstanceOf(JobNotAbortedError);
    expect(error.message).toContain(`${job.id} can't be replaced: the org refuses to abort it (not yours)`);
    expect(error.actions.join()).toContain(`sf bulk2 job abort --id ${job.id}`);
    expect(part.org.ingest.all).toHaveLength(1);
    expect(part.records('abandoned')).toEqual([]);
    job.state = 'Aborted';
    await part.send({ kind: 'open', jobId: job.id });
    expect(part.org.ingest.submitted).toEqual([partData]);
  });
});

const isGet = ({ method }: ApiRequest) => method === 'GET';

/** The answer to an upload is lost, and no abort is allowed. */
function refusing(org: FakeOrg): OrgApi {
  return refusingAborts(lostResponseApi(org, { when: isPut }));
}

function refusingAborts(org: OrgApi): OrgApi {
  return {
    requestCount: 0,
    send: (request, read) => (isAbort(request) ? Promise.reject(refusal) : org.send(request, read)),
  };
}

/** The answer to an upload is lost, and another process closes the job. */
function closedBehind(org: FakeOrg): OrgApi {
  const lost = lostResponseApi(org, { when: isPut });
  return {
    requestCount: 0,
    async send(request, read) {
      try {
        return await lost.send(request, read);
      } finally {
        if (isPut(request)) for (const job of org.ingest.all) job.state = 'UploadComplete';
      }
    },
  };
}
