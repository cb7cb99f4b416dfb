import type { HttpOptions } from './http.js';
import type { OrgConnection } from './session.js';

/** What a connection was made with and keeps to itself; jsforce and `@salesforce/core` call it the same. */
type ConnectionInternals = {
  readonly _transport?: { readonly _httpProxy?: unknown };
  readonly _callOptions?: unknown;
};

/**
 * The proxy and the call options that a connection was made with (`httpProxy`, `callOptions`): its requests take them,
 * and so do those that are made beside it.
 */
export function connectionOptions(connection: OrgConnection): Pick<HttpOptions, 'httpProxy' | 'callOptions'> {
  const { _transport: transport, _callOptions: given } = connection as ConnectionInternals;
  const httpProxy = transport?._httpProxy;
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const callOptions = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...(typeof httpProxy === 'string' && httpProxy !== '' ? { httpProxy } : {}),
    ...(callOptions.length > 0 ? { callOptions: Object.fromEntries(callOptions) } : {}),
  };
}
