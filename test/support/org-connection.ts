import type { OrgConnection } from '../../src/lib/api/session.js';

export type FakeConnection = OrgConnection & {
  accessToken: string | null;
  /** Addresses that renewals asked for. */
  readonly renewals: string[];
};

export type ConnectionOptions = {
  readonly accessToken?: string;
  readonly version?: string;
  /** What a renewal does; by default it gives the token `renewed-1`, `renewed-2`, … */
  readonly renew?: (connection: FakeConnection) => void | Promise<void>;
};

/** A connection that renews its session as those of `@salesforce/core` do: inside `request`, when the org says 401. */
export function orgConnection(instanceUrl: string, options: ConnectionOptions = {}): FakeConnection {
  const connection: FakeConnection = {
    instanceUrl,
    accessToken: options.accessToken ?? 'first',
    version: options.version ?? '60.0',
    renewals: [],
    getUsername: () => 'ada@example.com',
    async request(url) {
      connection.renewals.push(url);
      if (options.renew === undefined) connection.accessToken = `renewed-${connection.renewals.length}`;
      else await options.renew(connection);
      return {};
    },
  };
  return connection;
}
