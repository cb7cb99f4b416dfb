import type { FaultAction } from '../../../local-org/index.ts';

/** A way in which the org, or the way to it, misbehaves. */
export type NamedFault = {
  readonly name: string;
  readonly action: FaultAction;
  /** Part of the names of the endpoints that it makes sense at; absent for all. */
  readonly at?: RegExp;
  /** The session can be renewed; otherwise its end is the end of the run. */
  readonly renewable?: boolean;
};

const results = /results/;
const withBody = /create|upload|close/;

/** One of each kind, and several where a kind has several faces. Of those of whole jobs see the workloads. */
export const faultKinds: readonly NamedFault[] = [
  { name: 'drop-before', action: { kind: 'drop-before' } },
  { name: 'drop-after', action: { kind: 'drop-after' } },
  { name: 'cut-request', action: { kind: 'cut-request', afterBytes: 20 }, at: withBody },
  { name: 'cut-response', action: { kind: 'cut-response', afterBytes: 20 } },
  { name: 'truncate bytes', action: { kind: 'truncate', keepBytes: 30 } },
  { name: 'truncate records', action: { kind: 'truncate', keepRecords: 1 }, at: results },
  { name: 'append', action: { kind: 'append', text: 'more,than,there,is\n' } },
  { name: 'answer 500', action: { kind: 'answer', status: 500 } },
  { name: 'answer 503 early', action: { kind: 'answer', status: 503, early: true } },
  { name: 'answer 429', action: { kind: 'answer', status: 429, retryAfterSeconds: 1 } },
  { name: 'answer 401', action: { kind: 'answer', status: 401, errorCode: 'INVALID_SESSION_ID' } },
  {
    name: 'answer 401, renewable',
    action: { kind: 'answer', status: 401, errorCode: 'INVALID_SESSION_ID' },
    renewable: true,
  },
  {
    name: 'answer 403, too many',
    action: {
      kind: 'answer',
      status: 403,
      errorCode: 'REQUEST_LIMIT_EXCEEDED',
      message: 'ConcurrentPerOrgLongTxn Limit exceeded.',
    },
  },
  { name: 'answer 420', action: { kind: 'answer', status: 420 } },
  { name: 'answer 502 with HTML', action: { kind: 'answer', status: 502, body: '<html>edge</html>' } },
  { name: 'answer 503, later', action: { kind: 'answer', status: 503, retryAfterSeconds: 1 } },
  { name: 'answer 404', action: { kind: 'answer', status: 404, errorCode: 'NOT_FOUND' } },
  { name: 'answer 200 with HTML', action: { kind: 'answer', status: 200, body: '<html>login</html>' } },
  { name: 'alter: chunked', action: { kind: 'alter', framing: 'chunked' } },
  { name: 'alter: Content-Length', action: { kind: 'alter', framing: 'content-length' } },
  { name: 'alter: plain', action: { kind: 'alter', gzip: false } },
  { name: 'alter: no count', action: noHeader('Sforce-NumberOfRecords'), at: results },
  { name: 'alter: no locator', action: noHeader('Sforce-Locator'), at: results },
  { name: 'alter: wrong count', action: wrongCount('7'), at: results },
  { name: 'slow before', action: { kind: 'slow', delayMs: 100, when: 'before' } },
  { name: 'slow after', action: { kind: 'slow', delayMs: 100, when: 'after' } },
  { name: 'trickle', action: { kind: 'trickle', bytesPerSecond: 2000 } },
  { name: 'hold before', action: { kind: 'hold', when: 'before' } },
  { name: 'hold after', action: { kind: 'hold', when: 'after' } },
  { name: 'foreign-urls', action: { kind: 'foreign-urls', origin: 'http://127.0.0.1:9' } },
];

function noHeader(name: string): FaultAction {
  return { kind: 'alter', headers: { [name]: null } };
}

function wrongCount(value: string): FaultAction {
  return { kind: 'alter', headers: { 'Sforce-NumberOfRecords': value } };
}
