import { ingestJobs, type IngestJobs } from '../../api/ingest-jobs.js';
import type { OrgApi } from '../../api/port.js';
import type { JobInfo } from '../../api/types.js';
import type { Events } from '../../events.js';
import { inParallel } from '../../parallel.js';
import type { Journal } from '../../run/journal.js';
import type { LoadPlan, Part } from '../../run/record.js';
import { boundedBy } from '../../jobs/deadline.js';
import { pollUntilEnded, type PollOptions } from '../../jobs/poll.js';
import type { LoadEvents } from '../model/events.js';
import type { LoadJournal } from '../model/load-journal.js';
import type { PartState } from '../model/part-state.js';
import { JobsInTurn } from './jobs-in-turn.js';
import { uploadBytes } from './part-body.js';
import { sendPart, type SendPartOptions } from './upload-part.js';

export type SendOptions = {
  /** One round of a load. */
  readonly plan: LoadPlan;
  /** Of all parts of the load, by their numbers. */
  readonly states: readonly PartState[];
  /** With the retry decorator around it. */
  readonly api: OrgApi;
  readonly journal: Pick<Journal, 'append' | 'replayed'>;
  readonly events: Events<LoadEvents>;
  readonly mayCreate?: SendPartOptions['mayCreate'];
  /** See `RunContext.deadline`. */
  readonly deadline?: number | undefined;
  /** Whether each of the uploads at once also waits for its job to end before it begins with the next. Default false. */
  readonly oneByOne?: boolean;
  readonly signal: AbortSignal;
};

/** A part whose job is closed. */
export type SentPart = {
  readonly part: Part;
  readonly jobId: string;
  /** The job was closed by this process. */
  readonly isNew: boolean;
  /** What the org said last, once the job has ended. */
  info: JobInfo | undefined;
};

/** Sends all parts, several at a time. @returns those that are in a closed job: all, unless no more jobs may be created */
export async function sendParts(options: SendOptions): Promise<SentPart[]> {
  const { plan, oneByOne = false } = options;
  const sender = new PartSender(options);
  sender.tellSentBefore();
  const parts = await inParallel(plan.parts, plan.concurrency, async (part) => {
    const sent = await sender.send(part);
    if (sent !== undefined && oneByOne) await sender.waitFor(sent, 0);
    return sent;
  });
  return parts.filter((sent) => sent !== undefined);
}

/** The parts of a round whose jobs the journal has as closed. */
export function sentParts({ parts }: LoadPlan, { states, statesBefore }: LoadJournal): SentPart[] {
  return parts.flatMap((part) => {
    const state = states[part.index];
    const isNew = statesBefore[part.index]?.kind !== 'closed';
    if (state?.kind !== 'closed' && state?.kind !== 'ended') return [];
    return [{ part, jobId: state.jobId, isNew, info: state.kind === 'ended' ? state.info : undefined }];
  });
}

/**
 * Waits for closed jobs in the order of their parts: the org works on all of them meanwhile. The status checks are as many
 * as those of one job, and every other one goes to a job that comes later.
 * @throws PollingTimeoutError
 */
export async function* endedParts(
  sent: readonly SentPart[],
  options: SendOptions,
): AsyncGenerator<SentPart & { readonly info: JobInfo }> {
  const sender = new PartSender(options);
  const inTurn = new JobsInTurn(sent, sender);
  for (const [nth, each] of sent.entries()) {
    // The org has had the others for as long as it took to wait for the first.
    const ranForMs = nth === 0 && each.isNew ? 0 : undefined;
    yield { ...each, info: await sender.waitFor(each, ranForMs, () => inTurn.askOther(each)) };
  }
}

class PartSender {
  readonly #options: SendOptions;
  readonly #jobs: IngestJobs;
  readonly #totalBytes: number;
  #sentBytes = 0;

  constructor(options: SendOptions) {
    this.#options = options;
    this.#jobs = ingestJobs(options.api, options.signal, options.plan.object);
    this.#totalBytes = uploadBytes(options.plan);
  }

  /** All at once, and before anything is sent: parts that the org may have processed are no progress of an upload. */
  tellSentBefore(): void {
    const { events, plan } = this.#options;
    const before = plan.parts.flatMap((part) => this.#sentBefore(part) ?? []);
    for (const { part, jobId, info } of before) {
      if (info !== undefined) events.emit('jobInfo', info);
      events.emit('jobClosed', { jobId, part: part.index });
    }
    if (before.length > 0) {
      this.#count(
        uploadBytes(
          plan,
          before.map(({ part }) => part),
        ),
      );
    }
  }

  #sentBefore(part: Part): SentPart | undefined {
    const state = this.#options.states[part.index];
    if (state?.kind !== 'closed' && state?.kind !== 'ended') return undefined;
    const info = state.kind === 'ended' ? state.info : undefined;
    return { part, jobId: state.jobId, isNew: false, info };
  }

  async send(part: Part): Promise<SentPart | undefined> {
    const before = this.#sentBefore(part);
    if (before !== undefined) return before;
    const { events, states } = this.#options;
    const state = states[part.index] ?? { kind: 'planned' };
    let chunks = 0;
    const jobId = await sendPart(state, {
      ...this.#options,
      part,
      jobs: this.#jobs,
      onCreated: (id) => events.emit('jobCreated', { jobId: id, part: part.index }),
      onAbandoned: (id, reason) => events.emit('jobAbandoned', { jobId: id, part: part.index, reason }),
      onBytes: (bytes) => {
        chunks += 1;
        this.#count(bytes);
      },
    });
    if (jobId === undefined) return undefined;
    events.emit('jobClosed', { jobId, part: part.index });
    // It was uploaded before a resume, and is closed by it.
    if (chunks === 0) this.#count(uploadBytes(this.#options.plan, [part]));
    return { part, jobId, isNew: true, info: undefined };
  }

  #count(bytes: number): void {
    this.#sentBytes += bytes;
    this.#options.events.emit('uploading', { bytes: this.#sentBytes, totalBytes: this.#totalBytes });
  }

  async waitFor(sent: SentPart, ranForMs?: number, askOther?: PollOptions['askOther']): Promise<JobInfo> {
    if (sent.info !== undefined) return sent.info;
    const { events, signal, deadline } = this.#options;
    const { jobId, part } = sent;
    const info = await pollUntilEnded({
      jobId,
      ask: (look) => this.#jobs.info(jobId, look),
      onWarning: (warning) => events.emit('jobWarning', warning),
      isClosed: true,
      isNew: sent.isNew,
      ranForMs,
      rowsSent: part.rows,
      onInfo: (each) => events.emit('jobInfo', each),
      askOther,
      deadline,
      signal,
    });
    await this.onEnded(sent, info);
    return info;
  }

  async ask(jobId: string): Promise<JobInfo> {
    const { events, signal, deadline } = this.#options;
    const info = await boundedBy(deadline, signal, (bounded) => this.#jobs.info(jobId, { signal: bounded }));
    events.emit('jobInfo', info);
    return info;
  }

  async onEnded(sent: SentPart, info: JobInfo): Promise<void> {
    await this.#options.journal.append({ type: 'ended', part: sent.part.index, jobId: sent.jobId, info });
    sent.info = info;
  }
}
