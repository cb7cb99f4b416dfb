import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { json } from 'node:stream/consumers';
import type { StoredRecord } from './contracts.ts';
import type { FaultHandle, JobReport, OrgDoor, OrgFacts } from './door.ts';
import type { CountersSnapshot } from './server/counters.ts';
import type { FaultSpec } from './server/fault-spec.ts';
import type { FaultState, Release } from './server/faults.ts';

/** The door of an org in another process, over its control URL. */
export class RemoteDoor implements OrgDoor {
  readonly #close: () => Promise<void>;
  readonly #ca: string | undefined;
  #facts: OrgFacts;

  constructor(facts: OrgFacts, close: () => Promise<void>) {
    this.#facts = facts;
    this.#close = close;
    this.#ca = facts.certificateFile && readFileSync(facts.certificateFile, 'utf8');
  }

  get url(): string {
    return this.#facts.url;
  }

  get certificateFile(): string | undefined {
    return this.#facts.certificateFile;
  }

  get controlUrl(): string {
    return `${this.url}/__control`;
  }

  get accessToken(): string {
    return this.#facts.accessToken;
  }

  get refreshToken(): string {
    return this.#facts.refreshToken;
  }

  get orgId(): string {
    return this.#facts.orgId;
  }

  get userId(): string {
    return this.#facts.userId;
  }

  get username(): string {
    return this.#facts.username;
  }

  get apiVersion(): string {
    return this.#facts.apiVersion;
  }

  get faults(): OrgDoor['faults'] {
    return {
      add: async (spec: FaultSpec) => this.#handle((await this.#ask<FaultState>('POST faults', spec)).id),
      clear: () => this.#ask('DELETE faults'),
    };
  }

  counters(): Promise<CountersSnapshot> {
    return this.#ask('GET counters');
  }

  resetCounters(): Promise<void> {
    return this.#ask('DELETE counters');
  }

  jobs(): Promise<JobReport[]> {
    return this.#ask('GET jobs');
  }

  job(id: string): Promise<JobReport> {
    return this.#ask(`GET jobs/${id}`);
  }

  records(object: string): Promise<StoredRecord[]> {
    return this.#ask(`GET records/${object}`);
  }

  async expireSession(): Promise<string> {
    const accessToken = await this.#ask<string>('POST session/expire');
    this.#facts = { ...this.#facts, accessToken };
    return accessToken;
  }

  async revokeSession(): Promise<void> {
    await this.#ask('POST session/revoke');
    this.#facts = await this.#ask<OrgFacts>('GET ');
  }

  stop(): Promise<void> {
    return this.#close();
  }

  /** Trusts the org's certificate whether or not this process does. */
  #send(url: string, options: RequestOptions): ClientRequest {
    return this.#ca === undefined
      ? requestHttp(url, options)
      : requestHttps(url, { ...options, ca: this.#ca });
  }

  #handle(id: number): FaultHandle {
    return {
      id,
      state: () => this.#ask(`GET faults/${id}`),
      hit: (times = 1) => this.#ask(`GET faults/${id}/hit?times=${times}`),
      release: (how: Release = 'continue') => this.#ask(`POST faults/${id}/release`, { how }),
      remove: () => this.#ask(`DELETE faults/${id}`),
    };
  }

  async #ask<T>(address: string, body?: unknown): Promise<T> {
    const [method = 'GET', path = ''] = address.split(' ');
    const request = this.#send(`${this.controlUrl}/${path}`, { method });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const value = await json(response);
    if (response.statusCode !== 200) throw new Error((value as { message: string }).message);
    return value as T;
  }
}
