import { OrgUnreachableError, SessionExpiredError } from './errors.js';
import { keepSecret } from '../secrets.js';
import { isNetworkFailure } from './network-failure.js';

/**
 * What this library needs of a connection. A `Connection` of `@salesforce/core` and one of jsforce both fit.
 * `request` is used for one thing: it makes the connection renew its session when the org says 401.
 */
export type OrgConnection = {
  readonly instanceUrl: string;
  readonly accessToken?: string | null | undefined;
  readonly version: string;
  /** Gets a URL of the org, and renews the session on the way when it has expired. */
  request(url: string): PromiseLike<unknown>;
  /** Connections of `@salesforce/core` have it; for messages. */
  getUsername?(): string | undefined;
  /** The same, for what they know of the org. */
  getAuthInfoFields?(): { readonly orgId?: string | undefined; readonly instanceUrl?: string | undefined };
};

/** The origin, version and token that requests are made with. */
export interface Session {
  /** Without a trailing slash. */
  readonly origin: string;
  /** `/services/data/vNN.0` */
  readonly basePath: string;
  readonly apiVersion: string;
  readonly username: string | undefined;
  /** Undefined where the connection doesn't know it. */
  readonly orgId: string | undefined;
  /** The token of this moment: it changes when the session is renewed. */
  token(): string;
  /**
   * Renews the session. Callers that met the same stale token share one renewal.
   * @throws SessionExpiredError there is no way to renew it, or the org refused to
   * @throws OrgUnreachableError the way to the login failed, or the login did; it may be tried again
   */
  renew(staleToken: string): Promise<void>;
}

/** The session of a connection. @param apiVersion such as `60.0`; default that of the connection */
export function sessionOf(connection: OrgConnection, apiVersion = connection.version): Session {
  let renewal: Promise<void> | undefined;
  const origin = new URL(connection.instanceUrl).origin;
  const basePath = `/services/data/v${apiVersion}`;
  const username = nameOf(connection);

  async function renewOnce(): Promise<void> {
    try {
      await connection.request(`${origin}${basePath}`);
    } catch (cause) {
      throw mayPass(cause) ? notRenewed(origin, cause) : expired(origin, username, cause);
    }
  }

  return {
    origin,
    basePath,
    apiVersion,
    username,
    orgId: orgIdOf(connection, origin),
    token() {
      const token = connection.accessToken ?? '';
      keepSecret(token);
      return token;
    },
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

/**
 * The org's id, by the login that the CLI keeps. Connections can be pointed at another org; then it says nothing of that.
 * What jsforce keeps of its own login is as little to be trusted: it stays when address and token change.
 */
function orgIdOf(connection: OrgConnection, origin: string): string | undefined {
  const { orgId, instanceUrl = origin } = connection.getAuthInfoFields?.() ?? {};
  return new URL(instanceUrl).origin === origin ? orgId : undefined;
}

/** A login by token alone has the token in the place of a name; it must not get into journals and messages. */
function nameOf(connection: OrgConnection): string | undefined {
  const name = connection.getUsername?.();
  return name === connection.accessToken ? undefined : name;
}

/**
 * Connections tell why a login failed in words only. What broke on the way, and what has no OAuth error in it (a busy
 * login, a page from the edge), says nothing about the token.
 */
function mayPass(cause: unknown): boolean {
  const message = cause instanceof Error ? cause.message : '';
  return /fetch failed|refresh token due to: *(<|$)/i.test(message) || isNetworkFailure(cause);
}

/** The request that met the old token was refused, so that nothing was done. */
function notRenewed(origin: string, cause: unknown): OrgUnreachableError {
  const { host } = new URL(origin);
  return new OrgUnreachableError(
    `Could not renew the session: the login at ${host} did not answer as it should.`,
    {
      cause,
      mayHaveActed: false,
      actions: [`Check that ${host} can be reached from here.`],
    },
  );
}

function expired(origin: string, username: string | undefined, cause?: unknown): SessionExpiredError {
  const who = username === undefined ? origin : `${username} at ${origin}`;
  return new SessionExpiredError(`The session of ${who} has expired and could not be renewed.`, {
    cause,
    actions: [`Log in again: sf org login web --instance-url ${origin}`],
  });
}
