import type { ApiRequest } from '../../src/lib/api/port.js';
import type { JobInfo, JobState } from '../../src/lib/api/types.js';
import { json, jsonError, notFound, type Reply } from './reply.ts';

export type FakeIngestJob = {
  readonly id: string;
  readonly request: Record<string, unknown>;
  state: JobState;
  /** What one whole PUT brought. */
  data: string | undefined;
  /** Times that its info is asked for before a closed job has ended. */
  looksUntilEnded: number;
};

/** Ingest jobs that process nothing until they are closed, and take one PUT each. */
export class FakeIngestJobs {
  readonly all: FakeIngestJob[] = [];

  /** What the jobs that were closed have taken, in order: what the org was told to process. */
  get submitted(): string[] {
    const closed = this.all.filter(({ state }) => state !== 'Open' && state !== 'Aborted');
    return closed.map(({ data }) => data ?? '');
  }

  /** Puts a job there without a request. */
  add(job: Partial<FakeIngestJob> = {}): FakeIngestJob {
    const id = `750000000000${String(this.all.length + 1).padStart(3, '0')}AAA`;
    const added = { id, request: {}, state: 'Open' as const, data: undefined, looksUntilEnded: 0, ...job };
    this.all.push(added);
    return added;
  }

  async answer(request: ApiRequest, [id, resource]: string[]): Promise<Reply> {
    if (id === undefined) {
      return json(200, infoOf(this.add({ request: JSON.parse(request.body as string) as object as never })));
    }
    const job = this.all.find((each) => each.id.slice(0, 15) === id.slice(0, 15));
    if (job === undefined) return notFound;
    if (resource === 'batches') return upload(job, request);
    if (request.method === 'PATCH') return changeState(job, request);
    if (request.method === 'DELETE') this.all.splice(this.all.indexOf(job), 1);
    return request.method === 'DELETE' ? { status: 204 } : look(job);
  }
}

async function upload(job: FakeIngestJob, { body }: ApiRequest): Promise<Reply> {
  const chunks: Uint8Array[] = [];
  if (typeof body === 'function') for await (const chunk of body()) chunks.push(chunk);
  if (job.state !== 'Open') return jsonError(400, 'INVALIDJOBSTATE', 'Job is not Open');
  if (job.data !== undefined) {
    return jsonError(400, 'BULK_API_ERROR', `Found multipe contents for job: <${job.id}>`);
  }
  job.data = Buffer.concat(chunks).toString();
  return { status: 201 };
}

function changeState(job: FakeIngestJob, { body }: ApiRequest): Reply {
  const { state } = JSON.parse(body as string) as { state: JobState };
  const refused = state === 'Aborted' ? hasEnded(job.state) : job.state !== 'Open';
  if (refused) {
    const verb = state === 'Aborted' ? 'Aborting' : 'Closing';
    return jsonError(400, 'INVALIDJOBSTATE', `${verb} already Completed Job not allowed`);
  }
  job.state = state;
  return json(200, infoOf(job));
}

function look(job: FakeIngestJob): Reply {
  if (job.state === 'UploadComplete' || job.state === 'InProgress') {
    job.state = job.looksUntilEnded === 0 ? 'JobComplete' : 'InProgress';
    job.looksUntilEnded -= 1;
  }
  return json(200, infoOf(job));
}

function hasEnded(state: JobState): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

function infoOf({ id, request, state, data }: FakeIngestJob): JobInfo {
  const rows = data === undefined ? 0 : data.trimEnd().split('\n').length - 1;
  return {
    id,
    object: 'Account',
    operation: 'insert',
    ...request,
    state,
    createdById: '005000000000001AAA',
    createdDate: '2026-01-01T00:00:00.000+0000',
    systemModstamp: '2026-01-01T00:00:00.000+0000',
    apiVersion: 60,
    numberRecordsProcessed: state === 'JobComplete' ? rows : 0,
    numberRecordsFailed: 0,
  };
}
