import { describe, expect, test } from 'vitest';
import { UnknownOutcomeError, WrongJobError } from '../../../src/lib/api/errors.js';
import { ingestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { isSameObject } from '../../../src/lib/api/job-answer.js';
import { queryJobs } from '../../../src/lib/api/query-jobs.js';
import { failureOf } from '../../support/failure-of.ts';
import { recordingApi } from '../../support/recording-api.ts';
import { json } from '../../support/reply.ts';

const id = '750000000000001AAA';
const otherId = '750000000000002AAA';
const insert = { object: 'Account', operation: 'insert' } as const;
const query = { operation: 'query', query: 'SELECT Id FROM Account' } as const;

type Jobs = ReturnType<typeof ingestJobs> | ReturnType<typeof queryJobs>;

/** An ingest and a query job for Account, about which the org says this. */
function jobsThatAre(answer: unknown, object: string | undefined = 'Account'): Record<string, Jobs> {
  const api = recordingApi(json(200, answer));
  return {
    'ingest job': ingestJobs(api, undefined, object),
    'query job': queryJobs(api, undefined, object),
  };
}

describe.each(['ingest job', 'query job'])('of an %s', (kind) => {
  const jobs = (answer: unknown, object?: string): Jobs => jobsThatAre(answer, object)[kind]!;

  test('an answer about another job is refused', async () => {
    const error = await failureOf(jobs({ id: otherId, object: 'Account', state: 'JobComplete' }).info(id));
    expect(error).toBeInstanceOf(WrongJobError);
    expect(error.message).toBe(`The org was asked about job ${id} and answered about job ${otherId}.`);
  });

  test('an answer about another object is refused', async () => {
    const error = await failureOf(jobs({ id, object: 'Contact', state: 'JobComplete' }).info(id));
    expect(error).toBeInstanceOf(WrongJobError);
    expect(error.message).toBe(`Job ${id} is for Account, but the org says Contact.`);
  });

  test.each([{}, null, [], 'done', { id: 7 }, { id: '../../limits' }, { id: '' }])(
    'an answer about no job is refused: %j',
    async (answer) => {
      await expect(jobs(answer).info(id)).rejects.toBeInstanceOf(WrongJobError);
    },
  );

  test('an answer to an abort that is about another job leaves open what was done', async () => {
    const error = await failureOf(jobs({ id: otherId, state: 'Aborted' }).abort(id));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error.cause).toBeInstanceOf(WrongJobError);
  });

  test('the id is the same with 15 and with 18 characters', async () => {
    await expect(jobs({ id, object: 'Account' }).info(id.slice(0, 15))).resolves.toMatchObject({ id });
    await expect(jobs({ id: id.slice(0, 15) }).info(id)).resolves.toBeDefined();
  });

  test('a list with a job without an id is refused', async () => {
    const page = { done: true, nextRecordsUrl: null, records: [{ id }, { object: 'Account' }] };
    await expect(jobs(page).list()).rejects.toBeInstanceOf(WrongJobError);
  });

  test('any object will do where none is known', async () => {
    const api = recordingApi(json(200, { id, object: 'Contact' }));
    const unknown = kind === 'ingest job' ? ingestJobs(api) : queryJobs(api);
    await expect(unknown.info(id)).resolves.toMatchObject({ object: 'Contact' });
  });
});

test('a new job for another object is refused', async () => {
  const api = recordingApi(json(200, { id, object: 'Contact', state: 'Open' }));
  await expect(ingestJobs(api).create(insert)).rejects.toBeInstanceOf(WrongJobError);
  await expect(queryJobs(api, undefined, 'Account').create(query)).rejects.toBeInstanceOf(WrongJobError);
});

test('an answer to a close that is about another job leaves open whether the job is closed', async () => {
  const api = recordingApi(json(200, { id: otherId, object: 'Account', state: 'UploadComplete' }));
  await expect(ingestJobs(api).close(id)).rejects.toBeInstanceOf(UnknownOutcomeError);
});

test.each([
  ['Account', 'account', true],
  ['ns__Invoice__c', 'invoice__c', true],
  ['Invoice__c', 'NS__Invoice__C', true],
  ['ns__Paid__e', 'Paid__e', true],
  ['Account', 'Contact', false],
  ['Account__c', 'Account', false],
  ['Invoice__c', 'Invoice__e', false],
])('%s and %s are the same object: %s', (one, other, same) => {
  expect(isSameObject(one, other)).toBe(same);
});
