import { homedir } from 'node:os';
import { join } from 'node:path';
import { httpApi, type HttpApi, type HttpOptions } from '../api/http.js';
import type { OrgApi } from '../api/port.js';
import { defaultRetryPolicy, withRetry, type RetryNotice, type RetryPolicy } from '../api/retry.js';
import { sessionOf, type OrgConnection, type Session } from '../api/session.js';
import { UsageError } from '../errors.js';
import { runStore } from '../run/store.js';
import type { RunContext } from '../run/context.js';
import { given, type Optional } from './job-requests.js';

/** How the org is reached, and where the state of what can be resumed is kept. */
export type OrgPortOptions = {
  /**
   * Folder of the journals and spools of loads that can be resumed. Default `~/.sf/bulk2`, where `sf bulk2 job resume`
   * looks for them.
   */
  readonly stateFolder?: string | undefined;
  /** Stops everything that is asked of the org; what goes on in the org goes on. */
  readonly signal?: AbortSignal | undefined;
  readonly retryPolicy?: Optional<RetryPolicy> | undefined;
  /** Called each time a request has failed and will be retried. */
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined;
  /** What the org is told of the program, in `Sforce-Call-Options`. Default: the connection's own, or `sf-bulk2`. */
  readonly client?: string | undefined;
};

type OpenPort = {
  readonly session: Session;
  readonly bare: HttpApi;
  readonly api: OrgApi;
};

/** The way to a connection's org. Opened when it is first needed, and anew when the connection has moved since. */
export class OrgPort {
  readonly #connection: OrgConnection;
  readonly #options: OrgPortOptions;
  #open: OpenPort | undefined;

  constructor(connection: OrgConnection, options: OrgPortOptions = {}) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Repeats what may be repeated. */
  get api(): OrgApi {
    return this.#port().api;
  }

  get apiVersion(): string {
    return this.#port().session.apiVersion;
  }

  /** Either of the two signals, or both of them. */
  signalWith(signal: AbortSignal | undefined): AbortSignal {
    const signals = [this.#options.signal, signal].filter((each) => each !== undefined);
    return AbortSignal.any(signals);
  }

  /** The ports that engines work through. */
  context(signal?: AbortSignal): RunContext {
    const { session, bare } = this.#port();
    const { username, orgId, origin: instanceUrl, apiVersion } = session;
    const { stateFolder = join(homedir(), '.sf', 'bulk2') } = this.#options;
    return {
      api: bare,
      store: runStore(stateFolder),
      org: { username, orgId, instanceUrl, apiVersion },
      signal: this.signalWith(signal),
      retryPolicy: this.#retryPolicy,
    };
  }

  /** Closes the connections to the org; what is under way goes on, and the next request opens others. */
  async close(): Promise<void> {
    await this.#open?.bare.release();
  }

  /** Before results that don't add up are fetched again; a second, unless requests are sent again sooner or later. */
  get refetchWaitMs(): number {
    return 2 * this.#retryPolicy.firstWaitMs;
  }

  get #retryPolicy(): RetryPolicy {
    const { retryPolicy = {}, onRetry } = this.#options;
    return { ...defaultRetryPolicy, ...given(retryPolicy), ...given({ onRetry }) };
  }

  #port(): OpenPort {
    requireLogin(this.#connection);
    const { instanceUrl, version } = this.#connection;
    const known = this.#open?.session;
    if (known?.origin !== new URL(instanceUrl).origin || known.apiVersion !== version) {
      const session = sessionOf(this.#connection);
      const { client } = this.#options;
      const { callOptions, ...options } = connectionOptions(this.#connection);
      const ownOptions = client === undefined ? callOptions : { ...callOptions, client };
      const bare = httpApi(session, { ...options, ...(ownOptions && { callOptions: ownOptions }) });
      this.#open = { session, bare, api: withRetry(bare, undefined, this.#retryPolicy) };
    }
    return this.#open as OpenPort;
  }
}

/** @throws UsageError the connection has no org yet, and no way to one */
function requireLogin(connection: OrgConnection): void {
  const { instanceUrl, accessToken, version } = connection;
  const isWeb = URL.canParse(instanceUrl) && /^https?:$/.test(new URL(instanceUrl).protocol);
  const canRenew = '_refreshDelegate' in connection && connection._refreshDelegate !== undefined;
  const hasToken = typeof accessToken === 'string' && accessToken !== '';
  if (isWeb && (hasToken || canRenew) && /^\d+\.0$/.test(version)) return;
  const what = isWeb ? (hasToken || canRenew ? 'version' : 'access token') : 'instance URL';
  throw new UsageError(`The connection is not logged in to an org: it has no ${what} that can be used.`, {
    actions: ['Log in first: connection.login(…), or give instanceUrl and accessToken.'],
  });
}

/** What a connection was made with and keeps to itself; jsforce and `@salesforce/core` call it the same. */
type ConnectionInternals = {
  readonly _transport?: { readonly _httpProxy?: unknown };
  readonly _callOptions?: unknown;
};

/**
 * The proxy and the call options that a connection was made with (`httpProxy`, `callOptions`): its requests take them,
 * and so do those that are made beside it.
 */
function connectionOptions(connection: OrgConnection): Pick<HttpOptions, 'httpProxy' | 'callOptions'> {
  const { _transport: transport, _callOptions: given } = connection as ConnectionInternals;
  const httpProxy = transport?._httpProxy;
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const callOptions = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...(typeof httpProxy === 'string' && httpProxy !== '' ? { httpProxy } : {}),
    ...(callOptions.length > 0 ? { callOptions: Object.fromEntries(callOptions) } : {}),
  };
}
