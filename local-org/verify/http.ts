import { request as requestHttp, type ClientRequest } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Where an org is and who asks it. */
export type Access = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly accessToken: string;
  /** API version: `67.0`. */
  readonly version: string;
};

/** An answer of the org, read whole. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

export type Ask = {
  readonly json?: unknown;
  readonly csv?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another API version than that of the run. */
  readonly version?: string;
};

/** Plain requests to an org: they add a session and a content type to what a probe says, and nothing else. */
export class OrgHttp {
  readonly access: Access;
  #requests = 0;

  constructor(access: Access) {
    this.access = access;
  }

  /** Requests sent so far. */
  get requests(): number {
    return this.#requests;
  }

  /** `ask('GET jobs/ingest')`, below `/services/data/vNN.0/`. */
  async ask(address: string, { json, csv, headers, version }: Ask = {}): Promise<Answer> {
    const [method = '', path = ''] = address.split(/ (.*)/s);
    const body = json === undefined ? csv : JSON.stringify(json);
    this.#requests += 1;
    const response = await fetch(this.#url(path, version), {
      method,
      redirect: 'manual',
      headers: {
        Authorization: `Bearer ${this.access.accessToken}`,
        ...(body === undefined
          ? {}
          : { 'Content-Type': csv === undefined ? 'application/json' : 'text/csv' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Begins an upload and closes its connection after the first bytes. */
  async cutUpload(path: string, bytes: string): Promise<void> {
    const url = this.#url(path);
    this.#requests += 1;
    const request: ClientRequest = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'PUT',
      agent: false,
      headers: {
        Authorization: `Bearer ${this.access.accessToken}`,
        'Content-Type': 'text/csv',
        'Content-Length': String(bytes.length + 1000),
      },
    });
    const closed = new Promise((resolve) => request.once('close', resolve));
    request.once('error', () => undefined);
    request.write(bytes, () => request.destroy());
    await closed;
  }

  #url(path: string, version = this.access.version): string {
    return `${this.access.url}/services/data/v${version}/${path}`;
  }
}
