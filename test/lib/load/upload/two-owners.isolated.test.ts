import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ingestJobs } from '../../../../src/lib/api/ingest-jobs.js';
import type { OrgApi } from '../../../../src/lib/api/port.js';
import { withRetry } from '../../../../src/lib/api/retry.js';
import { partStates } from '../../../../src/lib/load/model/part-state.js';
import { sendPart } from '../../../../src/lib/load/upload/upload-part.js';
import { LockLostError } from '../../../../src/lib/run/errors.js';
import type { Journal } from '../../../../src/lib/run/journal.js';
import type { JournalRecord, LoadPlan } from '../../../../src/lib/run/record.js';
import { FakeOrg } from '../../../support/fake-org.ts';
import { connectionLost } from '../../../support/faulty-apis.ts';
import { loadPlan } from '../../../support/load-plan.ts';
import { memoryJournal } from '../../../support/memory-journal.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { Turns } from '../../../support/turns.ts';

vi.mock('node:timers/promises', () => import('../../../support/fake-sleep.ts'));

const policy = { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 1, longestWaitMs: 1 };
const rows = 'Name,Site\nAda,London\n';

test('of two processes that work on a part, one of them stopped at any moment, one closes one job with the rows', async () => {
  const plan = await loadPlan(await tempFolder(), { parts: [['Ada,London']] });
  const fates = fc.array(fc.constantFrom('well', 'well', 'request lost', 'answer lost'), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(1)), fates, async (order, lost) => {
      const run = new SharedRun(plan, [...lost]);
      await run.turns.play(
        [() => run.first(), () => run.second()],
        order.map((choice) => choice + 1),
      );
      expect(run.org.ingest.submitted).toEqual([rows]);
      // One that was closed and aborted again has processed rows too.
      expect(run.closed.size).toBe(1);
    }),
    { numRuns: 500 },
  );
});

/** A journal and an org that two processes share; each of their steps waits for its turn. */
class SharedRun {
  readonly turns = new Turns();
  readonly org = new FakeOrg();
  /** Addresses of the jobs that were ever closed. */
  readonly closed = new Set<string>();
  readonly #plan: LoadPlan;
  readonly #fates: string[];
  readonly #onDisk: JournalRecord[] = [];
  #owner = 'first';

  constructor(plan: LoadPlan, fates: string[]) {
    this.#plan = plan;
    this.#fates = fates;
  }

  async first(): Promise<void> {
    await this.#send([], this.#journalOf('first', this.#onDisk)).catch(() => undefined);
  }

  /** Takes the lock, then reads the journal; what the first one writes after that does not count. */
  async second(): Promise<void> {
    await this.turns.take(async () => {
      await Promise.resolve();
      this.#owner = 'second';
    });
    const read = await this.turns.take(() => Promise.resolve([...this.#onDisk]));
    for (let isSent = false; !isSent;) {
      const replayed = [...read];
      isSent = await this.#send(replayed, this.#journalOf('second', read)).then(
        () => true,
        () => false,
      );
    }
  }

  #send(replayed: readonly JournalRecord[], journal: Journal): Promise<string | undefined> {
    return sendPart(partStates(replayed, 1)[0]!, {
      plan: this.#plan,
      part: this.#plan.parts[0]!,
      journal: { ...journal, replayed },
      jobs: ingestJobs(withRetry(this.#api, undefined, policy)),
      onCreated: () => undefined,
      onAbandoned: () => undefined,
      onBytes: () => undefined,
    });
  }

  /** As the real one: compares the lock before a record, and again behind it. */
  #journalOf(name: string, records: JournalRecord[]): Journal {
    const confirm = (): Promise<void> =>
      this.turns.take(async () => {
        await Promise.resolve();
        if (this.#owner !== name) throw new LockLostError('taken over');
      });
    return {
      ...memoryJournal(),
      append: async (record) => {
        await confirm();
        await this.turns.take(() => Promise.resolve(records.push(record)));
        await confirm();
      },
    };
  }

  readonly #api: OrgApi = {
    requestCount: 0,
    send: (request, read) =>
      this.turns.take(async () => {
        const fate = this.#fates.shift();
        if (fate === 'request lost') throw connectionLost();
        const result = await this.org.send(request, read);
        if (request.body === '{"state":"UploadComplete"}') this.closed.add(request.path);
        if (fate === 'answer lost') throw connectionLost();
        return result;
      }),
  };
}
