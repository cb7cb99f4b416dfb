import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ApiError } from '../../../../src/lib/api/errors.js';
import { ingestJobs } from '../../../../src/lib/api/ingest-jobs.js';
import type { OrgApi } from '../../../../src/lib/api/port.js';
import { withRetry } from '../../../../src/lib/api/retry.js';
import { partStates } from '../../../../src/lib/load/model/part-state.js';
import { sendPart } from '../../../../src/lib/load/upload/upload-part.js';
import type { Journal } from '../../../../src/lib/run/journal.js';
import type { JournalRecord } from '../../../../src/lib/run/record.js';
import { FakeOrg } from '../../../support/fake-org.ts';
import { connectionLost } from '../../../support/faulty-apis.ts';
import { loadPlan } from '../../../support/load-plan.ts';
import { memoryJournal } from '../../../support/memory-journal.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

vi.mock('node:timers/promises', () => import('../../../support/fake-sleep.ts'));

const policy = { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 1, longestWaitMs: 1 };

type Fate = 'well' | 'request lost' | 'answer lost' | 'busy' | 'crash before' | 'crash after';

const fate = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fate>('well') },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Fate>('request lost', 'answer lost', 'busy', 'crash before', 'crash after'),
  },
);

test('whatever gets lost and whenever the process is killed, the rows are in one closed job in the end', async () => {
  const plan = await loadPlan(await tempFolder(), { parts: [['Ada,London']] });
  const part = plan.parts[0]!;
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 40 }), async (fates) => {
      const org = new FakeOrg();
      const onDisk: JournalRecord[] = [];
      const left = [...fates];
      for (
        let sitting = 0;
        org.ingest.submitted.length === 0 || onDisk.at(-1)?.type !== 'closed';
        sitting += 1
      ) {
        const { api, journal } = mortalProcess(org, onDisk, left);
        await sendPart(partStates(onDisk, 1)[0]!, {
          plan,
          part,
          journal,
          jobs: ingestJobs(withRetry(api, undefined, policy)),
          onCreated: () => undefined,
          onAbandoned: () => undefined,
          onBytes: () => undefined,
        }).catch(() => undefined);
        expect(org.ingest.submitted.length).toBeLessThanOrEqual(1);
        expect(sitting).toBeLessThan(100);
      }
      expect(org.ingest.submitted).toEqual(['Name,Site\nAda,London\n']);
      const closed = org.ingest.all.find(
        ({ state }) => state === 'UploadComplete' || state === 'JobComplete',
      );
      const info = expect.objectContaining({ id: closed?.id }) as unknown;
      expect(onDisk.at(-1)).toEqual({ type: 'closed', part: 0, jobId: closed?.id, info });
    }),
    { numRuns: 400 },
  );
});

/** One life of a process: each request and each record meets its fate, and after a crash nothing has an effect. */
function mortalProcess(
  org: FakeOrg,
  onDisk: JournalRecord[],
  fates: Fate[],
): { api: OrgApi; journal: Journal } {
  let isDead = false;

  async function meet<T>(act: () => Promise<T>): Promise<T> {
    const now = isDead ? 'crash before' : (fates.shift() ?? 'well');
    isDead ||= now.startsWith('crash');
    if (now === 'crash before') throw new Error('killed');
    if (now === 'request lost') throw connectionLost();
    if (now === 'busy') throw new ApiError('busy', { status: 503, errorCode: 'HTTP_503' });
    const result = await act();
    if (now === 'crash after') throw new Error('killed');
    if (now === 'answer lost') throw connectionLost();
    return result;
  }

  const api: OrgApi = { requestCount: 0, send: (request, read) => meet(() => org.send(request, read)) };
  const journal = memoryJournal();
  return {
    api,
    journal: {
      ...journal,
      async append(record) {
        if (!isDead && fates[0]?.startsWith('crash') !== true) return void onDisk.push(record);
        await meet(() => Promise.resolve(onDisk.push(record)));
      },
    },
  };
}
