import { ingestJobs } from '../../src/lib/api/ingest-jobs.js';
import type { OrgApi } from '../../src/lib/api/port.js';
import { withRetry } from '../../src/lib/api/retry.js';
import { partStates, type PartState } from '../../src/lib/load/model/part-state.js';
import { sendPart } from '../../src/lib/load/upload/upload-part.js';
import type { LoadPlan } from '../../src/lib/run/record.js';
import { FakeOrg } from './fake-org.ts';
import { loadPlan } from './load-plan.ts';
import { memoryJournal } from './memory-journal.ts';
import { tempFolder } from './temp-folder.ts';

const policy = { attempts: 2, attemptsBeforeFirstAnswer: 2, firstWaitMs: 1, longestWaitMs: 1 };

/** What the part's job takes. */
export const partData = 'Name,Site\nAda,London\nBob,Paris\n';

export type PartSetUp = {
  /** Puts faults between the part and the org. */
  readonly api?: (org: FakeOrg) => OrgApi;
  readonly plan?: Partial<LoadPlan>;
  readonly signal?: AbortSignal;
  /** Whether another process has worked on the part before. */
  readonly hasChangedHands?: boolean;
};

/** One part of two rows, an org, and the means to send the one to the other. */
export async function partUnderTest({
  api = (org) => org,
  plan: changes = {},
  signal,
  hasChangedHands = false,
}: PartSetUp = {}) {
  const plan = await loadPlan(await tempFolder(), { parts: [['Ada,London', 'Bob,Paris']], plan: changes });
  const timeline: string[] = [];
  const org = new FakeOrg(timeline);
  const journal = memoryJournal(timeline, hasChangedHands ? [{ type: 'create', part: 0 }] : []);
  const bytes: number[] = [];
  const sendThrough = (orgApi: OrgApi) => (state: PartState) =>
    sendPart(state, {
      plan,
      part: plan.parts[0]!,
      jobs: ingestJobs(withRetry(orgApi, undefined, policy), signal),
      journal,
      ...(signal === undefined ? {} : { signal }),
      onCreated: () => undefined,
      onAbandoned: () => undefined,
      onBytes: (count) => bytes.push(count),
    });
  return {
    plan,
    org,
    journal,
    timeline,
    bytes,
    send: sendThrough(api(org)),
    /** Goes on from where the journal stands, all faults being over. */
    resume: () => sendThrough(org)(partStates(journal.records, 1)[0]!),
    states: () => org.ingest.all.map(({ state }) => state),
    records: (type: string) => journal.records.filter((record) => record.type === type),
  };
}
