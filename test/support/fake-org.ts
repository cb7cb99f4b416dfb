import { Readable } from 'node:stream';
import type { ApiRequest, OrgApi, ResponseReader } from '../../src/lib/api/port.js';
import { refusal } from '../../src/lib/api/refusal.js';
import { FakeIngestJobs } from './fake-ingest-jobs.ts';
import { FakeQueryJobs } from './fake-query-jobs.ts';
import { notFound, type Reply } from './reply.ts';

/** An org in memory, as small as the engines' tests allow: ingest and query jobs, and a record of what was asked. */
export class FakeOrg implements OrgApi {
  readonly ingest = new FakeIngestJobs();
  readonly query = new FakeQueryJobs();
  /** `PUT jobs/ingest/750…/batches`, in order of arrival. */
  readonly requests: string[];

  /** @param timeline where requests are told too, so that other events can stand between them */
  constructor(timeline: string[] = []) {
    this.requests = timeline;
  }

  get requestCount(): number {
    return this.requests.length;
  }

  async send<T>(request: ApiRequest, read: ResponseReader<T>): Promise<T> {
    request.signal?.throwIfAborted();
    const path = pathOf(request);
    this.requests.push(`${request.method} ${path}`);
    const { status, headers = {}, body = '' } = await this.#answer(request, path);
    const stream = Readable.from(typeof body === 'string' ? [Buffer.from(body)] : body);
    const response = { status, headers, body: stream };
    try {
      if (status > 299) throw await refusal(request, response);
      return await read(response);
    } finally {
      stream.destroy();
    }
  }

  async #answer(request: ApiRequest, path: string): Promise<Reply> {
    const [root, kind, ...rest] = path.split('?')[0]!.split('/');
    if (root === 'jobs' && kind === 'ingest') return this.ingest.answer(request, rest);
    if (root === 'jobs' && kind === 'query') return this.query.answer(request, rest, queryOf(request, path));
    return notFound;
  }
}

/** Below `/services/data/vNN.0/`, however it was asked for. */
function pathOf({ path }: ApiRequest): string {
  return path.replace(/^\/services\/data\/v[\d.]+\//, '');
}

function queryOf({ query = {} }: ApiRequest, path: string): URLSearchParams {
  const params = new URLSearchParams(path.split('?')[1]);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params;
}
