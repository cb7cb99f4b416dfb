import { rm, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { withRetry } from '../../../../src/lib/api/retry.js';
import { ApiError, UnknownOutcomeError } from '../../../../src/lib/api/errors.js';
import type { ApiRequest, OrgApi } from '../../../../src/lib/api/port.js';
import type { JobState } from '../../../../src/lib/api/types.js';
import type { PartState } from '../../../../src/lib/load/model/part-state.js';
import { InputChangedError } from '../../../../src/lib/jobs/errors.js';
import { failureOf } from '../../../support/failure-of.ts';
import type { FakeOrg } from '../../../support/fake-org.ts';
import { sleeps } from '../../../support/fake-sleep.ts';
import {
  brokenUploadApi,
  failOnceApi,
  lostRequestApi,
  lostResponseApi,
} from '../../../support/faulty-apis.ts';
import { partData, partUnderTest } from '../../../support/part-under-test.ts';

vi.mock('node:timers/promises', () => import('../../../support/fake-sleep.ts'));

const planned: PartState = { kind: 'planned' };

const isPut = ({ method }: ApiRequest) => method === 'PUT';
const isPatch = ({ method }: ApiRequest) => method === 'PATCH';
const isClose = ({ body }: ApiRequest) => body === '{"state":"UploadComplete"}';

beforeEach(() => {
  sleeps.length = 0;
});

describe('a part that was only planned', () => {
  test('has each intent on disk before the org hears of it, and each answer after', async () => {
    const part = await partUnderTest();
    await part.send(planned);
    const job = part.org.ingest.all[0]!.id;
    expect(part.timeline).toEqual([
      'journal create',
      'POST jobs/ingest',
      'journal created',
      'journal upload',
      `PUT jobs/ingest/${job}/batches`,
      'journal uploaded',
      'journal close',
      `PATCH jobs/ingest/${job}`,
      'journal closed',
    ]);
    expect(part.org.ingest.submitted).toEqual([partData]);
  });

  test('becomes a job as the plan says', async () => {
    const part = await partUnderTest({
      plan: { operation: 'upsert', externalId: 'Ext__c', assignmentRuleId: '01Q', columnDelimiter: 'TAB' },
    });
    await part.send(planned);
    expect(part.org.ingest.all[0]!.request).toEqual({
      object: 'Account',
      operation: 'upsert',
      externalIdFieldName: 'Ext__c',
      contentType: 'CSV',
      columnDelimiter: 'TAB',
      lineEnding: 'LF',
      assignmentRuleId: '01Q',
    });
  });

  test('tells of the bytes it hands over, and takes back those of an upload that failed', async () => {
    const part = await partUnderTest({ api: (org) => lostResponseApi(org, { when: isPut }) });
    await part.send(planned);
    expect(part.bytes).toContain(-partData.length);
    expect(part.bytes.reduce((sum, bytes) => sum + bytes, 0)).toBe(partData.length);
  });
});

describe('an upload', () => {
  test.each([
    ['whose answer was lost', lostResponseApi],
    ['that was lost', lostRequestApi],
    ['that broke off', brokenUploadApi],
  ])('%s: its job is abandoned, and another one takes the rows', async (_, fault) => {
    const part = await partUnderTest({ api: (org) => fault(org, { when: isPut }) });
    const jobId = await part.send(planned);
    expect(part.states()).toEqual(['Aborted', 'UploadComplete']);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(jobId).toBe(part.org.ingest.all[1]!.id);
    expect(part.records('abandoned')).toMatchObject([{ jobId: part.org.ingest.all[0]!.id }]);
    expect(sleeps).toEqual([upTo(1_000)]);
  });

  test('that the org is too busy for goes into another job', async () => {
    const busy = new ApiError('busy', { status: 503, errorCode: 'HTTP_503' });
    const part = await partUnderTest({ api: (org) => failOnceApi(org, busy, { when: isPut }) });
    await part.send(planned);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.states()).toEqual(['Aborted', 'UploadComplete']);
  });

  test('is not repeated before the time that the org asked for', async () => {
    const busy = new ApiError('busy', { status: 503, errorCode: 'HTTP_503', retryAfterMs: 7_000 });
    const part = await partUnderTest({ api: (org) => withRetry(failOnceApi(org, busy, { when: isPut })) });
    await part.send(planned);
    expect(sleeps).toEqual([7_000]);
  });

  test('into a job that somebody deleted goes into another one', async () => {
    const gone = new ApiError('no', { status: 404, errorCode: 'NOT_FOUND' });
    const part = await partUnderTest({ api: (org) => failOnceApi(org, gone, { when: isPut }) });
    await part.send(planned);
    expect(part.org.ingest.submitted).toEqual([partData]);
  });

  test('that never arrives ends after five jobs, none of them closed', async () => {
    const part = await partUnderTest({
      api: (org) => lostResponseApi(org, { when: isPut, times: Infinity }),
    });
    await expect(part.send(planned)).rejects.toThrow(UnknownOutcomeError);
    expect(part.states()).toEqual(Array(5).fill('Aborted'));
    expect(sleeps).toEqual([upTo(1_000), upTo(2_000), upTo(4_000), upTo(8_000)]);
  });

  test('that is refused ends at once, and its job is not closed', async () => {
    const refused = new ApiError('no', { status: 400, errorCode: 'BULK_API_ERROR' });
    const part = await partUnderTest({ api: (org) => failOnceApi(org, refused, { when: isPut }) });
    expect(await failureOf(part.send(planned))).toBe(refused);
    expect(part.states()).toEqual(['Aborted']);
  });

  test.each([
    ['changed', (path: string) => writeFile(path, 'Name,Site\nAda,London\nEve,Paris\n')],
    ['got shorter', (path: string) => writeFile(path, 'Name,Site\nAda,London\n')],
  ])('of a file that %s is never closed', async (_, spoil) => {
    const part = await partUnderTest();
    await spoil(part.plan.sources[0]!.path);
    const error = await failureOf(part.send(planned));
    expect(error).toBeInstanceOf(InputChangedError);
    expect(error.message).toContain('accounts.csv');
    expect(part.states()).toEqual(['Aborted']);
    expect(part.org.ingest.all[0]!.data).toBeUndefined();
  });

  test('of a file that is gone is never closed', async () => {
    const part = await partUnderTest();
    await rm(part.plan.sources[0]!.path);
    await expect(part.send(planned)).rejects.toThrow();
    expect(part.states()).toEqual(['Aborted']);
  });

  test('that is interrupted leaves the job as it is, for a resume to find', async () => {
    const stop = new AbortController();
    const part = await partUnderTest({
      signal: stop.signal,
      api: (org) => ({
        requestCount: 0,
        send(request, read) {
          if (isPut(request)) stop.abort(new Error('stopped'));
          return org.send(request, read);
        },
      }),
    });
    await expect(part.send(planned)).rejects.toThrow('stopped');
    expect(part.journal.records.at(-1)).toMatchObject({ type: 'upload' });
    expect(part.states()).toEqual(['Open']);
  });
});

describe('a close', () => {
  test('whose answer was lost asks again for a job that the org does not know yet', async () => {
    const unknown = new ApiError('no', { status: 404, errorCode: 'NOT_FOUND' });
    const isLook = ({ method }: ApiRequest): boolean => method === 'GET';
    const part = await partUnderTest({
      api: (org) => failOnceApi(lostResponseApi(org, { when: isPatch }), unknown, { when: isLook, times: 2 }),
    });
    await part.send(planned);
    expect(part.states()).toEqual(['JobComplete']);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.records('closed')).toHaveLength(1);
  });

  test('whose answer was lost is looked up, not repeated, and never aborted', async () => {
    const part = await partUnderTest({ api: (org) => lostResponseApi(org, { when: isPatch }) });
    const jobId = await part.send(planned);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.timeline.slice(-4)).toEqual([
      'journal close',
      `PATCH jobs/ingest/${jobId}`,
      `GET jobs/ingest/${jobId}`,
      'journal closed',
    ]);
  });

  test('that was lost is sent again once the org has said that the job is Open', async () => {
    const part = await partUnderTest({ api: (org) => lostRequestApi(org, { when: isPatch, times: 2 }) });
    const jobId = await part.send(planned);
    expect(part.org.ingest.submitted).toEqual([partData]);
    expect(part.timeline.slice(-4)).toEqual([
      `GET jobs/ingest/${jobId}`,
      `GET jobs/ingest/${jobId}`,
      `PATCH jobs/ingest/${jobId}`,
      'journal closed',
    ]);
    expect(sleeps).toEqual([upTo(1_000)]);
  });

  test('that never gets through leaves the job Open, to be closed by a resume', async () => {
    const part = await partUnderTest({
      api: (org) => lostRequestApi(org, { when: isPatch, times: Infinity }),
    });
    await expect(part.send(planned)).rejects.toThrow(UnknownOutcomeError);
    expect(part.states()).toEqual(['Open']);
    expect(part.journal.records.at(-1)).toMatchObject({ type: 'close' });
    await part.resume();
    expect(part.org.ingest.submitted).toEqual([partData]);
  });

  test('that somebody else did first is fine', async () => {
    const part = await partUnderTest({
      api: (org) => acting(org, isClose, () => setStates(org, 'JobComplete')),
    });
    await part.send(planned);
    expect(part.org.ingest.submitted).toEqual([partData]);
  });

  test('of a job that somebody aborted is left to its results to tell of, and its rows are not sent again', async () => {
    const part = await partUnderTest({ api: (org) => acting(org, isClose, () => setStates(org, 'Aborted')) });
    await part.send(planned);
    expect(part.states()).toEqual(['Aborted']);
    expect(part.journal.records.at(-1)).toMatchObject({ type: 'closed' });
  });

  test('that is refused for another reason fails as it is', async () => {
    const refused = new ApiError('no', { status: 403, errorCode: 'API_DISABLED_FOR_ORG' });
    const part = await partUnderTest({ api: (org) => failOnceApi(org, refused, { when: isPatch }) });
    expect(await failureOf(part.send(planned))).toBe(refused);
    expect(part.states()).toEqual(['Open']);
  });
});

/** Jitter takes up to half of a wait away. */
function upTo(waitMs: number): unknown {
  return expect.toSatisfy((actual: number) => actual >= waitMs / 2 && actual <= waitMs);
}

/** Does something in the org just before a request gets there. */
function acting(org: FakeOrg, when: (request: ApiRequest) => boolean, act: () => void): OrgApi {
  return {
    requestCount: 0,
    send(request, read) {
      if (when(request)) act();
      return org.send(request, read);
    },
  };
}

function setStates(org: FakeOrg, state: JobState): void {
  for (const job of org.ingest.all) job.state = state;
}
