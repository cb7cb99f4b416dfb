import { describe, expect, test } from 'vitest';
import { UnexpectedAnswerError, UnknownOutcomeError, WrongJobError } from '../../../src/lib/api/errors.js';
import { ingestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { isSameObject, jobFor, jobListPage } from '../../../src/lib/api/job-answer.js';
import { queryJobs } from '../../../src/lib/api/query-jobs.js';
import { failureOf } from '../../support/failure-of.ts';
import { jobAnswer } from '../../support/job-answer.ts';
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
    const error = await failureOf(jobs(jobAnswer({ id: otherId })).info(id));
    expect(error).toBeInstanceOf(WrongJobError);
    expect(error.message).toBe(`The org was asked about job ${id} and answered about job ${otherId}.`);
  });

  test('an answer about another object is refused', async () => {
    const error = await failureOf(jobs(jobAnswer({ object: 'Contact' })).info(id));
    expect(error).toBeInstanceOf(WrongJobError);
    expect(error.message).toBe(`Job ${id} is for Account, but the org says Contact.`);
  });

  test.each([{}, null, [], 'done', { id: 7 }, { id: '../../limits' }, { id: '' }])(
    'an answer about no job is refused: %j',
    async (answer) => {
      await expect(jobs(answer).info(id)).rejects.toBeInstanceOf(UnexpectedAnswerError);
    },
  );

  test('an answer to an abort that is about another job leaves open what was done', async () => {
    const error = await failureOf(jobs(jobAnswer({ id: otherId, state: 'Aborted' })).abort(id));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error.cause).toBeInstanceOf(WrongJobError);
  });

  test('the id is the same with 15 and with 18 characters', async () => {
    await expect(jobs(jobAnswer()).info(id.slice(0, 15))).resolves.toMatchObject({ id });
    await expect(jobs(jobAnswer({ id: id.slice(0, 15) })).info(id)).resolves.toBeDefined();
  });

  test('a list with a job without an id is refused', async () => {
    const page = { done: true, nextRecordsUrl: null, records: [jobAnswer(), jobAnswer({ id: '..' })] };
    await expect(jobs(page).list()).rejects.toBeInstanceOf(UnexpectedAnswerError);
  });

  test('any object will do where none is known', async () => {
    const api = recordingApi(json(200, jobAnswer({ object: 'Contact' })));
    const unknown = kind === 'ingest job' ? ingestJobs(api) : queryJobs(api);
    await expect(unknown.info(id)).resolves.toMatchObject({ object: 'Contact' });
  });
});

test('a new job for another object is refused', async () => {
  const api = recordingApi(json(200, jobAnswer({ object: 'Contact' })));
  await expect(ingestJobs(api).create(insert)).rejects.toBeInstanceOf(WrongJobError);
  await expect(queryJobs(api, undefined, 'Account').create(query)).rejects.toBeInstanceOf(WrongJobError);
});

test('an answer to a close that is about another job leaves open whether the job is closed', async () => {
  const api = recordingApi(json(200, jobAnswer({ id: otherId, state: 'UploadComplete' })));
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

test('a job is given as the org tells it, without what it does not tell', () => {
  const answer = jobAnswer({ errorMessage: null, numberRecordsProcessed: 3 });
  expect(jobFor({})(answer, 'ask')).toEqual(jobAnswer({ numberRecordsProcessed: 3 }));
});

test.each([
  ['id', '../../x', '"../../x" for the job id'],
  ['id', undefined, 'nothing for the job id'],
  ['id', '7500000000000010AAA', '"7500000000000010AAA" for the job id'],
  ['object', '/etc', '"/etc" for the object'],
  ['createdById', '005/../x', '"005/../x" for the user id'],
  ['state', 7, '7 for state'],
  ['createdDate', 'yesterday', '"yesterday" for createdDate'],
  ['numberRecordsProcessed', '3', '"3" for numberRecordsProcessed'],
  ['numberRecordsFailed', -1, '-1 for numberRecordsFailed'],
  ['errorMessage', {}, 'an object for errorMessage'],
  ['id', 'x'.repeat(1000), `"${'x'.repeat(80)}…" for the job id`],
])('a job with the %s %j is refused by name', (name, value, named) => {
  expect(() => jobFor({})(jobAnswer({ [name]: value }), 'ask for the job')).toThrow(UnexpectedAnswerError);
  expect(() => jobFor({})(jobAnswer({ [name]: value }), 'ask for the job')).toThrow(
    `Could not ask for the job: the response isn't what Salesforce sends. It has ${named}.`,
  );
});

test.each([null, [], 'x', 7])('%j is no job', (answer) => {
  expect(() => jobFor({})(answer, 'ask')).toThrow(UnexpectedAnswerError);
});

test('a list is checked job by job', () => {
  const list = { done: false, records: [jobAnswer()], nextRecordsUrl: '/services/data/v60.0/jobs/ingest?x' };
  expect(jobListPage(list, 'list')).toEqual(list);
  expect(() => jobListPage({ ...list, records: [jobAnswer({ id: '..' })] }, 'list')).toThrow('".."');
});

test.each([
  ['columnDelimiter', 'TOTO'],
  ['columnDelimiter', '__proto__'],
  ['lineEnding', 'CR'],
])('results are not read by a %s of %s', (name, value) => {
  const answer = jobAnswer({ [name]: value });
  expect(() => jobFor({})(answer, 'ask for the job')).toThrow(UnexpectedAnswerError);
  expect(jobListPage({ done: true, records: [answer] }, 'list the jobs').records).toHaveLength(1);
});
