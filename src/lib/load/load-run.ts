import { mkdir } from 'node:fs/promises';
import { ingestJobs } from '../api/ingest-jobs.js';
import type { OrgApi } from '../api/port.js';
import { withRetry } from '../api/retry.js';
import { delimiterCharacters } from '../api/types.js';
import type { Events } from '../events.js';
import type { Journal } from '../run/journal.js';
import type { JournalRecord, LoadPlan } from '../run/record.js';
import type { RunContext } from '../run/context.js';
import type { WaitFor } from '../run/wait.js';
import { addKeySums, keyNameOf } from './check/key-sum.js';
import { collectResults } from './collect/collect.js';
import type { CollectOutcome, CollectProgress, CollectRequest, FinishedJob } from './collect/request.js';
import type { LoadEvents } from './events.js';
import { requireUnchanged } from './upload/part-body.js';
import { sourceRowsOf } from './collect/source-rows.js';
import { partStates } from './part-state.js';
import { figuresOf, stateOfAll, type LoadStatus } from './status.js';
import { resultFilesOf } from './result-files.js';
import { collectedFigures } from './run-status.js';
import { endedParts, sendParts, type SendOptions, type SentPart } from './upload/upload-parts.js';

/** How a load is followed. */
export type LoadOptions = {
  readonly wait: WaitFor;
  readonly events: Events<LoadEvents>;
};

export type LoadRunSetup = {
  readonly runId: string;
  readonly plan: LoadPlan;
  /** Held by this process; what it replayed tells where the run stands. */
  readonly journal: Journal;
  readonly options: LoadOptions;
  readonly context: RunContext;
};

/** One load, from wherever its journal stands to its end: upload, wait, collect. */
export class LoadRun {
  readonly #setup: LoadRunSetup;
  readonly #api: OrgApi;
  readonly #signal: AbortSignal;

  constructor(setup: LoadRunSetup) {
    const { context, journal, options } = setup;
    this.#setup = setup;
    this.#signal = AbortSignal.any([journal.lost, ...(context.signal === undefined ? [] : [context.signal])]);
    this.#api = withRetry(context.api, (notice) => options.events.emit('retry', notice), context.retryPolicy);
  }

  async run(): Promise<LoadStatus> {
    const { runId, plan, journal, options, context } = this.#setup;
    options.events.emit('planned', plan, runId);
    const states = partStates(journal.replayed, plan.parts.length);
    if (states.some(({ kind }) => kind === 'planned' || kind === 'open'))
      await requireUnchanged(plan.sources);
    const send: SendOptions = {
      plan,
      states,
      journal,
      api: this.#api,
      events: options.events,
      wait: options.wait,
      deadline: context.deadline,
      signal: this.#signal,
    };
    const sent = await sendParts(send);
    if (sent.length > 0 && options.wait === 'accepted') return this.#status(sent);
    const outcome = sent.length === 0 ? undefined : await this.#collect(sent, send);
    await journal.append({ type: 'done', at: new Date().toISOString(), summary: outcome });
    return { ...this.#status(sent), ...(outcome === undefined ? {} : collectedFigures(outcome)) };
  }

  #status(sent: readonly SentPart[]): LoadStatus {
    const { runId, plan } = this.#setup;
    const jobs = sent.flatMap(({ info }) => (info === undefined ? [] : [info]));
    const states = sent.map(({ info }) => info?.state ?? 'UploadComplete');
    return {
      runId,
      plan,
      jobs,
      jobIds: sent.map(({ jobId }) => jobId),
      state: stateOfAll(states),
      ...figuresOf(plan.rows, jobs),
      errors: [],
    };
  }

  async #collect(sent: readonly SentPart[], send: SendOptions): Promise<CollectOutcome> {
    const { plan, journal, options } = this.#setup;
    const jobs = ingestJobs(this.#api, this.#signal, plan.object);
    await mkdir(plan.resultsDir, { recursive: true });
    return collectResults({
      jobs: this.#finishedJobs(sent, send),
      fetch: (jobId, kind, read) => jobs.results(jobId, kind, ({ body }) => read(body)),
      delimiter: delimiterCharacters[plan.columnDelimiter],
      lineEnding: plan.lineEnding,
      columns: plan.columns,
      files: resultFilesOf(plan.resultsDir, sent[0]?.jobId ?? ''),
      inputRows: plan.rows,
      keyColumn: keyColumnOf(plan),
      from: collectedSoFar(journal.replayed),
      onJobCollected: (jobId, progress) => journal.append({ type: 'collected', jobId, progress }),
      confirm: () => journal.confirm(),
      onFinding: (jobId, finding) => options.events.emit('resultFinding', { jobId, finding }),
      signal: this.#signal,
    });
  }

  async *#finishedJobs(sent: readonly SentPart[], send: SendOptions): AsyncGenerator<FinishedJob> {
    const { plan, options } = this.#setup;
    let done = 0;
    for await (const { part, jobId, info } of endedParts(sent, send)) {
      options.events.emit('collecting', { jobId, done, total: sent.length });
      done += 1;
      yield {
        jobId,
        processed: info.numberRecordsProcessed ?? 0,
        failed: info.numberRecordsFailed ?? 0,
        state: info.state,
        rowsSent: part.rows,
        source: sourceRowsOf(plan, part),
        keySum: addKeySums(part.segments.map(({ sum }) => sum)),
      };
    }
  }
}

function collectedSoFar(records: readonly JournalRecord[]): CollectRequest['from'] {
  const collected = records.filter((record) => record.type === 'collected');
  const last = collected.at(-1);
  if (last === undefined) return undefined;
  return { jobIds: collected.map(({ jobId }) => jobId), progress: last.progress as CollectProgress };
}

/** The column that tells rows apart when results come back in another order. */
function keyColumnOf({ operation, externalId, columns }: LoadPlan): string | undefined {
  const key = keyNameOf(operation, externalId);
  return columns.find((column) => column.toLowerCase() === key?.toLowerCase());
}
