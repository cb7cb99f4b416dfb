import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../../../src/lib/api/errors.js';
import type { ApiRequest, OrgApi } from '../../../../src/lib/api/port.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import type { PartState } from '../../../../src/lib/load/model/part-state.js';
import { endedParts, sendParts, type SendOptions } from '../../../../src/lib/load/upload/upload-parts.js';
import { PollingTimeoutError } from '../../../../src/lib/jobs/errors.js';
import { collect } from '../../../support/collect.ts';
import { FakeOrg } from '../../../support/fake-org.ts';
import { sleeps } from '../../../support/fake-sleep.ts';
import { failOnceApi } from '../../../support/faulty-apis.ts';
import { loadPlan } from '../../../support/load-plan.ts';
import { memoryJournal } from '../../../support/memory-journal.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

vi.mock('node:timers/promises', () => import('../../../support/fake-sleep.ts'));

const rows = [['a,1'], ['b,2'], ['c,3'], ['d,4'], ['e,5']];
const isPut = ({ method }: ApiRequest) => method === 'PUT';

beforeEach(() => {
  sleeps.length = 0;
});

describe('the parts of a load', () => {
  test('are each in one closed job, told in the order of the file', async () => {
    const load = await setUp();
    const sent = await sendParts(load.options);
    expect(load.org.ingest.submitted.sort()).toEqual(rows.map(([row]) => `Name,Site\n${row}\n`));
    expect(sent.map(({ part }) => part.index)).toEqual([0, 1, 2, 3, 4]);
    for (const { part, jobId } of sent) {
      const job = load.org.ingest.all.find(({ id }) => id === jobId);
      expect(job?.data).toBe(`Name,Site\n${rows[part.index]![0]}\n`);
    }
  });

  test.each([2, 4])('are uploaded %i at a time', async (concurrency) => {
    let running = 0;
    let most = 0;
    const load = await setUp({
      concurrency,
      api: (org) => ({
        requestCount: 0,
        async send(request, read) {
          if (!isPut(request)) return org.send(request, read);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 3));
          return org.send(request, read).finally(() => {
            running -= 1;
          });
        },
      }),
    });
    await sendParts(load.options);
    expect(most).toBe(concurrency);
  });

  test('one by one: each job has ended before the next one is created', async () => {
    const load = await setUp({ concurrency: 1 });
    await sendParts({ ...load.options, oneByOne: true });
    const steps = load.timeline.filter((step) => step === 'journal create' || step === 'journal ended');
    expect(steps).toEqual(rows.flatMap(() => ['journal create', 'journal ended']));
    expect(load.org.ingest.submitted).toEqual(rows.map(([row]) => `Name,Site\n${row}\n`));
  });

  test('one by one, when nobody waits: each is closed, and no job is asked for', async () => {
    const load = await setUp({ concurrency: 1 });
    await sendParts(load.options);
    expect(load.org.requests.filter((request) => request.startsWith('GET'))).toEqual([]);
  });

  test('go on from where each of them stood', async () => {
    const load = await setUp();
    const uploaded = load.org.ingest.add({ data: 'Name,Site\nb,2\n' });
    const closed = load.org.ingest.add({ data: 'Name,Site\nc,3\n', state: 'JobComplete' });
    const states: PartState[] = [
      { kind: 'planned' },
      { kind: 'uploaded', jobId: uploaded.id },
      { kind: 'closed', jobId: closed.id },
      { kind: 'ended', jobId: '750000000000777AAA', info: { id: '750000000000777AAA' } as never },
    ];
    const sent = await sendParts({ ...load.options, states });
    expect(sent.map(({ jobId }) => jobId).slice(1, 4)).toEqual([
      uploaded.id,
      closed.id,
      '750000000000777AAA',
    ]);
    expect(load.org.ingest.all).toHaveLength(4);
    expect(load.org.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(2);
  });

  test('after one was refused: what runs is finished, nothing new is begun, and the refusal is thrown', async () => {
    const refused = new ApiError('no', { status: 400, errorCode: 'INVALIDJOB' });
    const load = await setUp({
      concurrency: 2,
      api: (org) => failOnceApi(org, refused, { when: ({ method }) => method === 'POST' }),
    });
    await expect(sendParts(load.options)).rejects.toBe(refused);
    expect(load.org.ingest.submitted).toEqual(['Name,Site\nb,2\n']);
  });
});

describe('a load tells', () => {
  test('its jobs and its bytes, up to all of them', async () => {
    const load = await setUp({ concurrency: 1 });
    const told: string[] = [];
    load.options.events.on('jobCreated', ({ part }) => told.push(`created ${part}`));
    load.options.events.on('jobClosed', ({ part }) => told.push(`closed ${part}`));
    load.options.events.on('uploading', ({ bytes, totalBytes }) => told.push(`${bytes}/${totalBytes}`));
    await sendParts(load.options);
    expect(told.slice(0, 4)).toEqual(['created 0', '0/70', '10/70', '14/70']);
    expect(told.slice(-4)).toEqual(['56/70', '66/70', '70/70', 'closed 4']);
  });
});

describe('waiting for the jobs', () => {
  test('gives them in their order, journals each end once, and asks for none that has ended', async () => {
    const load = await setUp();
    const sent = await sendParts(load.options);
    for (const job of load.org.ingest.all) job.looksUntilEnded = 1;
    const seen: string[] = [];
    load.options.events.on('jobInfo', ({ id, state }) => seen.push(`${id} ${state}`));
    const ended = await collect(endedParts(sent, load.options));
    expect(ended.map(({ part, info }) => [part.index, info.state])).toEqual(
      rows.map((_, index) => [index, 'JobComplete']),
    );
    const [first, second] = sent.map(({ jobId }) => jobId);
    expect(seen.slice(0, 2)).toEqual([`${first} InProgress`, `${second} InProgress`]);
    expect(seen.toSorted()).toEqual(
      sent.flatMap(({ jobId }) => [`${jobId} InProgress`, `${jobId} JobComplete`]).toSorted(),
    );
    expect(load.journal.records.filter(({ type }) => type === 'ended')).toHaveLength(5);

    const requests = load.org.requests.length;
    await collect(endedParts(sent, load.options));
    expect(load.org.requests).toHaveLength(requests);
  });

  test('ends when the time is up, and leaves the jobs alone', async () => {
    const load = await setUp();
    const sent = await sendParts(load.options);
    for (const job of load.org.ingest.all) job.looksUntilEnded = Infinity;
    const ending = collect(endedParts(sent, { ...load.options, deadline: Date.now() }));
    await expect(ending).rejects.toThrow(PollingTimeoutError);
    expect(load.org.ingest.all.map(({ state }) => state)).not.toContain('Aborted');
  });
});

type SetUp = {
  readonly api?: (org: FakeOrg) => OrgApi;
  readonly concurrency?: number;
};

async function setUp({ api = (org) => org, concurrency = 4 }: SetUp = {}) {
  const plan = await loadPlan(await tempFolder(), { parts: rows, plan: { concurrency } });
  const timeline: string[] = [];
  const org = new FakeOrg(timeline);
  const journal = memoryJournal(timeline);
  const options: SendOptions = {
    plan,
    states: [],
    api: api(org),
    journal,
    events: new Events<LoadEvents>(),
    signal: new AbortController().signal,
  };
  return { org, journal, timeline, options };
}
