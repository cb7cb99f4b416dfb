import { SessionExpiredError } from './errors.js';

/**
 * What this library needs of a connection. A `Connection` of `@salesforce/core` and one of jsforce both fit.
 * `request` is used for one thing: it makes the connection renew its session when the org says 401.
 */
export type OrgConnection = {
  readonly instanceUrl: string;
  readonly accessToken?: string | null;
  readonly version: string;
  /** Gets a URL of the org, and renews the session on the way when it has expired. */
  request(url: string): PromiseLike<unknown>;
  /** Connections of `@salesforce/core` have it; for messages. */
  getUsername?(): string | undefined;
};

/** The origin, version and token that requests are made with. */
export interface Session {
  /** Without a trailing slash. */
  readonly origin: string;
  /** `/services/data/vNN.0` */
  readonly basePath: string;
  readonly apiVersion: string;
  readonly username: string | undefined;
  /** The token of this moment: it changes when the session is renewed. */
  token(): string;
  /**
   * Renews the session. Callers that met the same stale token share one renewal.
   * @throws SessionExpiredError
   */
  renew(staleToken: string): Promise<void>;
}

/** The session of a connection. @param apiVersion such as `60.0`; default that of the connection */
export function sessionOf(connection: OrgConnection, apiVersion = connection.version): Session {
  let renewal: Promise<void> | undefined;
  const origin = new URL(connection.instanceUrl).origin;
  const basePath = `/services/data/v${apiVersion}`;
  const username = connection.getUsername?.();

  async function renewOnce(): Promise<void> {
    try {
      await connection.request(`${origin}${basePath}`);
    } catch (cause) {
      throw expired(origin, username, cause);
    }
  }

  return {
    origin,
    basePath,
    apiVersion,
    username,
    token: () => connection.accessToken ?? '',
    async renew(staleToken) {
      if ((connection.accessToken ?? '') !== staleToken) return;
      renewal ??= renewOnce().finally(() => {
        renewal = undefined;
      });
      await renewal;
      if ((connection.accessToken ?? '') === staleToken) throw expired(origin, username);
    },
  };
}

function expired(origin: string, username: string | undefined, cause?: unknown): SessionExpiredError {
  const who = username === undefined ? origin : `${username} at ${origin}`;
  return new SessionExpiredError(`The session of ${who} has expired and could not be renewed.`, {
    cause,
    actions: [`Log in again: sf org login web --instance-url ${origin}`],
  });
}
