import { parse } from 'csv-parse/sync';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Ask, OrgHttp } from './http.ts';
import { CannotAsk, said, withoutIds } from './said.ts';
import { plainRecord } from './records.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What probes read of a job's info. */
export type JobInfo = Json & {
  readonly state?: string;
  readonly errorMessage?: string;
  readonly numberRecordsProcessed?: number;
  readonly numberRecordsFailed?: number;
};

/** A finished ingest job with its rows. */
export type Loaded = {
  readonly id: string;
  readonly info: JobInfo;
  readonly succeeded: ReadonlyArray<Readonly<Record<string, string>>>;
  readonly failed: ReadonlyArray<Readonly<Record<string, string>>>;
};

export type JobKind = 'ingest' | 'query';

type DescribedField = Json & { readonly name: string };

const ended = new Set(['JobComplete', 'Failed', 'Aborted']);
const firstPauseMs = 50;
const longestPauseMs = 2000;
const jobTimeoutMs = 300_000;

/** An org as probes ask it. Everything that they create is remembered for {@link OrgSession.jobs} or carries the prefix. */
export class OrgSession {
  readonly http: OrgHttp;
  readonly #signal: AbortSignal;
  readonly #jobs: Array<{ readonly kind: JobKind; readonly id: string }> = [];
  readonly #describes = new Map<string, Promise<readonly DescribedField[] | undefined>>();
  readonly #plain = new Map<string, Promise<string>>();

  constructor(http: OrgHttp, signal: AbortSignal) {
    this.http = http;
    this.#signal = signal;
  }

  /** Every job that was created here. */
  get jobs(): ReadonlyArray<{ readonly kind: JobKind; readonly id: string }> {
    return this.#jobs;
  }

  /** @throws the reason when the run is to end */
  throwIfStopped(): void {
    this.#signal.throwIfAborted();
  }

  async ask(address: string, ask: Ask = {}): Promise<Answer> {
    this.throwIfStopped();
    const answer = await this.http.ask(address, ask);
    const kind = /^POST jobs\/(ingest|query)$/.exec(address)?.[1] as JobKind | undefined;
    if (kind !== undefined && answer.status < 300) this.#jobs.push({ kind, id: idOf(answer) });
    return answer;
  }

  /** @throws CannotAsk when the org refuses */
  async must(address: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.ask(address, ask);
    if (answer.status < 300) return answer;
    throw new CannotAsk(`${address.replace(/\?.*/s, '')} was refused: ${said(answer)}`);
  }

  async json(address: string, ask: Ask = {}): Promise<Json> {
    return JSON.parse((await this.must(address, ask)).text) as Json;
  }

  /** Creates an ingest job; its id. */
  async create(job: Json, version?: string): Promise<string> {
    return idOf(
      await this.must('POST jobs/ingest', { json: job, ...(version === undefined ? {} : { version }) }),
    );
  }

  async upload(id: string, csv: string | Buffer): Promise<void> {
    await this.must(`PUT jobs/ingest/${id}/batches`, { csv });
  }

  patch(id: string, state: string): Promise<Answer> {
    return this.ask(`PATCH jobs/ingest/${id}`, { json: { state } });
  }

  /** Creates, uploads, closes and waits. */
  async submit(job: Json, csv: string | Buffer): Promise<Pick<Loaded, 'id' | 'info'>> {
    const id = await this.create(job);
    await this.upload(id, csv);
    await this.patch(id, 'UploadComplete');
    return { id, info: await this.finished('ingest', id) };
  }

  /** Submits, and reads the rows back. */
  async load(job: Json, csv: string | Buffer): Promise<Loaded> {
    const { id, info } = await this.submit(job, csv);
    const rows = async (part: string): Promise<Loaded['succeeded']> =>
      parse((await this.must(`GET jobs/ingest/${id}/${part}`)).text, {
        columns: true,
        relax_column_count: true,
      });
    return { id, info, succeeded: await rows('successfulResults'), failed: await rows('failedResults') };
  }

  /** Creates a query job and waits for it; its id. */
  async query(soql: string): Promise<string> {
    const id = idOf(await this.must('POST jobs/query', { json: { operation: 'query', query: soql } }));
    await this.finished('query', id);
    return id;
  }

  /** Waits for the end of a job, and answers with its info. */
  async finished(kind: JobKind, id: string): Promise<JobInfo> {
    const deadline = Date.now() + jobTimeoutMs;
    for (
      let pauseMs = firstPauseMs;
      Date.now() < deadline;
      pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)
    ) {
      const info = (await this.json(`GET jobs/${kind}/${id}`)) as JobInfo;
      if (ended.has(info.state ?? '')) return info;
      await this.#pause(pauseMs);
    }
    throw new CannotAsk('the job did not end within 5 minutes');
  }

  /** Records that REST finds. */
  async records(soql: string): Promise<readonly Json[]> {
    return (await this.json(`GET query?q=${encodeURIComponent(soql)}`)).records as Json[];
  }

  /** Creates a plain record over REST; its id. */
  async record(object: string, label: string, fields: Json = {}): Promise<string> {
    const record = { attributes: { type: object }, ...plainRecord(object, label), ...fields };
    const { text } = await this.must('POST composite/sobjects', {
      json: { allOrNone: false, records: [record] },
      headers: { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' },
    });
    const [item] = JSON.parse(text) as Array<{ id?: string; errors: Array<{ message: string }> }>;
    if (item?.id !== undefined) return item.id;
    throw new CannotAsk(`the org refuses a plain ${object}: ${withoutIds(item?.errors[0]?.message ?? '')}`);
  }

  /** A plain record that probes may share, because they do not change it. */
  shared(object: string): Promise<string> {
    const known = this.#plain.get(object) ?? this.record(object, 'shared');
    this.#plain.set(object, known);
    return known;
  }

  /** The fields of an object; undefined when the org, or its user, does not have it. */
  fields(object: string): Promise<readonly DescribedField[] | undefined> {
    const known = this.#describes.get(object) ?? this.#describe(object);
    this.#describes.set(object, known);
    return known;
  }

  async #pause(pauseMs: number): Promise<void> {
    await sleep(pauseMs, undefined, { signal: this.#signal }).catch(() => this.throwIfStopped());
  }

  async #describe(object: string): Promise<readonly DescribedField[] | undefined> {
    const answer = await this.ask(`GET sobjects/${object}/describe`);
    if (answer.status >= 300) return undefined;
    return (JSON.parse(answer.text) as { fields: DescribedField[] }).fields;
  }
}

export function idOf({ text }: Answer): string {
  return String((JSON.parse(text) as Json).id);
}

/** What became of a load: the job's end, and the errors of its rows. */
export function outcomeOf({
  info,
  succeeded,
  failed,
}: Pick<Loaded, 'info' | 'succeeded' | 'failed'>): string {
  const { state, numberRecordsProcessed, numberRecordsFailed, errorMessage } = info;
  const end = `${state}, ${numberRecordsProcessed} processed, ${numberRecordsFailed} failed`;
  const errors = failed.map((row) => row.sf__Error ?? '').sort();
  const created = succeeded.map((row) => (row.sf__Created === 'true' ? 'created' : 'updated')).sort();
  return withoutIds(
    [end, ...(errorMessage === undefined ? [] : [errorMessage]), ...created, ...errors].join('; '),
  );
}
