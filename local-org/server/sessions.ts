import { randomBytes } from 'node:crypto';
import { sessionExpired } from './errors.ts';

/** Who may talk to the org: one user, an access token at a time, a refresh token that outlives it. */
export class Sessions {
  readonly orgId: string;
  readonly userId: string;
  readonly username: string;
  #accessToken: string;
  #refreshToken: string | undefined;

  constructor(identity: { orgId: string; userId: string; username: string }, accessToken?: string) {
    this.orgId = identity.orgId;
    this.userId = identity.userId;
    this.username = identity.username;
    this.#accessToken = accessToken ?? this.#newToken();
    this.#refreshToken = `5Aep861${randomBytes(24).toString('hex')}`;
  }

  get accessToken(): string {
    return this.#accessToken;
  }

  get refreshToken(): string | undefined {
    return this.#refreshToken;
  }

  /** Ends the session: the token in use is refused from now on, and a refresh gives a new one. */
  expire(): void {
    this.#accessToken = this.#newToken();
  }

  /** Ends the session for good: refreshing fails too. */
  revoke(): void {
    this.expire();
    this.#refreshToken = undefined;
  }

  /** @throws OrgError INVALID_SESSION_ID */
  check(authorization: string | undefined): void {
    const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(authorization ?? '')?.[1];
    if (token !== this.#accessToken) throw sessionExpired();
  }

  #newToken(): string {
    return `${this.orgId}!AQ${randomBytes(40).toString('hex')}`;
  }
}
