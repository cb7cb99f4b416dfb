import { request as requestHttp, type IncomingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrgDoor } from '../../door.ts';

/** An answer of the org, read whole. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
};

/** JSON of a shape that the test knows. */
export type Json = Record<string, unknown>;

type Ask = {
  readonly json?: unknown;
  readonly csv?: string | Buffer;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A client that adds nothing to what a test says, but the session. */
export class Client {
  readonly #org: OrgDoor;
  readonly #version: string;

  constructor(org: OrgDoor, version = 'v60.0') {
    this.#org = org;
    this.#version = version;
  }

  /** `ask('GET jobs/ingest')`; a path that begins with a slash is taken as it is. */
  async ask(address: string, { json, csv, body, headers }: Ask = {}): Promise<Answer> {
    const [method = '', path = ''] = address.split(/ (.*)/s);
    const url = path.startsWith('/') ? path : `/services/data/${this.#version}/${path}`;
    const type = csv === undefined ? 'application/json; charset=UTF-8' : 'text/csv';
    const content = json === undefined ? (csv ?? body) : JSON.stringify(json);
    const response = await fetch(this.#org.url + url, {
      method,
      redirect: 'manual',
      headers: {
        Authorization: `Bearer ${this.#org.accessToken}`,
        ...(content === undefined ? {} : { 'Content-Type': type }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text) as Json;
      },
    };
  }

  async createIngest(job: Json): Promise<string> {
    return String((await this.ask('POST jobs/ingest', { json: job })).json.id);
  }

  /** Creates, uploads, closes and waits. */
  async load(job: Json, csv: string | Buffer): Promise<string> {
    const id = await this.submit(job, csv);
    await this.finished('ingest', id);
    return id;
  }

  close(id: string): Promise<Answer> {
    return this.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'UploadComplete' } });
  }

  async query(soql: string, more: Json = {}): Promise<string> {
    const answer = await this.ask('POST jobs/query', { json: { operation: 'query', query: soql, ...more } });
    const id = String(answer.json.id);
    await this.finished('query', id);
    return id;
  }

  /** Creates, uploads and closes. */
  async submit(job: Json, csv: string | Buffer): Promise<string> {
    const id = await this.createIngest(job);
    await this.ask(`PUT jobs/ingest/${id}/batches`, { csv });
    await this.close(id);
    return id;
  }

  async finished(kind: 'ingest' | 'query', id: string): Promise<Json> {
    for (;;) {
      const { json } = await this.ask(`GET jobs/${kind}/${id}`);
      if (['JobComplete', 'Failed', 'Aborted'].includes(String(json.state))) return json;
      await sleep(5);
    }
  }
}

/** The only error of an answer. */
export function errorOf(answer: Answer): Json {
  const [error] = JSON.parse(answer.text) as Json[];
  return { status: answer.status, ...error };
}

/** What came over the wire, cut off or not. */
export type Raw = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly complete: boolean;
};

type RawRequest = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** A request on a connection of its own, without a client library's help: `raw(org, 'GET jobs/ingest')`. */
export function raw(org: OrgDoor, address: string, { headers, body }: RawRequest = {}): Promise<Raw> {
  const [method = '', path = ''] = address.split(' ');
  const url = org.url + (path.startsWith('/') ? path : `/services/data/v60.0/${path}`);
  return new Promise((resolve, reject) => {
    const authorization = { Authorization: `Bearer ${org.accessToken}` };
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const sent = request(url, { method, agent: false, headers: { ...authorization, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined);
      response.on('close', () => {
        const { statusCode: status = 0, complete } = response;
        resolve({ status, headers: response.headers, body: Buffer.concat(chunks), complete });
      });
    });
    sent.end(body);
  });
}
