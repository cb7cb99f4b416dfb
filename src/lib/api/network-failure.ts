import { errors } from 'undici';
import { OrgUnreachableError } from './errors.js';
import type { ApiRequest } from './port.js';

/** Failures in which no byte of the request can have reached the org. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Codes of sockets, names, TLS and HTTP; those of files, which begin with E too, are not among them. */
const networkCode =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|ENOTCONN|ENOBUFS|EADDR|EAI_|EPROTO|UND_ERR_(?!INVALID)|HPE_|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/**
 * Turns what undici throws into an error that names the host and the step. Anything that did not come from the
 * network, such as a failing upload stream, is handed back as it is.
 */
export function connectionFailure(cause: unknown, request: ApiRequest, origin: string): unknown {
  const code = codeOf(cause);
  if (code === undefined || !networkCode.test(code)) return cause;
  const host = new URL(origin).host;
  const proxyStatus = proxyStatusOf(cause);
  const mayHaveActed = proxyStatus === undefined && !(neverSent.has(code) && isBeforeSending(cause));
  const what = proxyStatus === undefined ? reason(code) : `the proxy answered ${proxyStatus} when asked for`;
  return new OrgUnreachableError(`Could not ${request.step}: ${what} ${host} (${code}).`, {
    cause,
    mayHaveActed,
    actions: mayHaveActed
      ? []
      : [`Check that ${host} can be reached from here, and HTTPS_PROXY and NO_PROXY where a proxy is used.`],
  });
}

/** Whether an error came from the network, however deep in its causes that is told. */
export function isNetworkFailure(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && networkCode.test(code);
}

/** The answer began and did not arrive whole. */
export function brokenAnswer(cause: unknown, request: ApiRequest): OrgUnreachableError {
  const detail =
    cause instanceof SyntaxError ? 'it is not valid JSON' : (codeOf(cause) ?? 'the connection closed');
  return new OrgUnreachableError(`Could not ${request.step}: the answer did not arrive whole (${detail}).`, {
    cause,
    mayHaveActed: true,
  });
}

/** The answer did not arrive whole in the time that is enough for any answer of its kind. */
export function lateAnswer({ step }: ApiRequest, timeoutMs: number): OrgUnreachableError {
  return new OrgUnreachableError(
    `Could not ${step}: the answer was not whole after ${timeoutMs / 1_000} s.`,
    {
      mayHaveActed: true,
    },
  );
}

function reason(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no address for';
  if (code === 'ECONNREFUSED') return 'nothing answers at';
  if (code.includes('TIMEOUT')) return 'no answer in time from';
  if (code.includes('CERT') || code.includes('TLS') || code.includes('SSL'))
    return 'no trusted connection to';
  return 'the connection was lost to';
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cause, errors: several } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  if (error instanceof errors.HTTPParserError) return 'HPE_INVALID';
  return codeOf(cause) ?? codeOf(several?.[0]);
}

/** A route can also be lost under a connection that has carried the request already. */
function isBeforeSending(error: unknown): boolean {
  const { syscall } = error as { syscall?: unknown };
  return syscall !== 'read' && syscall !== 'write';
}

/** What a proxy said instead of opening a tunnel; undici tells it in words only. */
function proxyStatusOf(error: unknown): string | undefined {
  return /^Proxy response \((\d+)\)/.exec((error as Error).message)?.[1];
}
