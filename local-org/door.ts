import type { StoredRecord } from './contracts.ts';
import type { CountersSnapshot } from './server/counters.ts';
import type { FaultSpec } from './server/fault-spec.ts';
import type { FaultState, Release } from './server/faults.ts';

/** A job as the org itself knows it, deleted ones included. */
export type JobReport = {
  readonly id: string;
  readonly kind: 'ingest' | 'query';
  readonly operation: string;
  readonly object: string;
  readonly state: string;
  readonly deleted: boolean;
  readonly errorMessage?: string;
  /** Rows taken up, failed ones included. */
  readonly processed: number;
  readonly failed: number;
  /** Rows that now are in the org because of this job. */
  readonly accepted: number;
  /** Every attempt at an upload; the one that counts is `content`. */
  readonly uploads: readonly UploadReport[];
  readonly content?: UploadReport;
  readonly query?: string;
};

export type UploadReport = {
  /** A file with exactly the bytes that came in; removed when the org stops. */
  readonly path: string;
  readonly bytes: number;
  /** Whether the request came in whole. */
  readonly complete: boolean;
};

/** A fault that was added, to wait on and to let go. */
export type FaultHandle = {
  readonly id: number;
  state(): Promise<FaultState>;
  /** Resolves when it has hit so many requests (default 1); for `hold`, when that many have been parked. */
  hit(times?: number): Promise<void>;
  /** Lets parked requests go on, or closes their connections. */
  release(how?: Release): Promise<void>;
  remove(): Promise<void>;
};

/** What a test or a person can do with an org from outside: the same for one in this process and one in its own. */
export type OrgDoor = {
  /** `http://127.0.0.1:PORT`, or `https://…` with TLS, without a trailing slash. */
  readonly url: string;
  /** A file with the certificate to trust (PEM), until the org stops; undefined without TLS. */
  readonly certificateFile: string | undefined;
  /** The url and `/__control`; takes no login and is not counted. */
  readonly controlUrl: string;
  /** The token that is valid now. */
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly orgId: string;
  readonly userId: string;
  readonly username: string;
  /** The newest API version: `67.0`. */
  readonly apiVersion: string;
  readonly faults: {
    add(spec: FaultSpec): Promise<FaultHandle>;
    /** Forgets every fault and lets parked requests go on. */
    clear(): Promise<void>;
  };
  counters(): Promise<CountersSnapshot>;
  resetCounters(): Promise<void>;
  jobs(): Promise<JobReport[]>;
  /** @throws Error for an id that the org never gave out */
  job(id: string): Promise<JobReport>;
  /** Live records of an object, in insertion order. */
  records(object: string): Promise<StoredRecord[]>;
  /** Makes the access token invalid; a refresh, or this answer, has the next one. */
  expireSession(): Promise<string>;
  /** Makes both tokens invalid. */
  revokeSession(): Promise<void>;
  /** Closes every connection, forgets everything and removes its files. */
  stop(): Promise<void>;
};

/** What an org says of itself when it starts, and at its control URL. */
export type OrgFacts = Pick<
  OrgDoor,
  'url' | 'certificateFile' | 'accessToken' | 'refreshToken' | 'orgId' | 'userId' | 'username' | 'apiVersion'
>;

export function factsOf(org: OrgFacts): OrgFacts {
  const { url, certificateFile, accessToken, refreshToken, orgId, userId, username, apiVersion } = org;
  return { url, certificateFile, accessToken, refreshToken, orgId, userId, username, apiVersion };
}
