import { OrgError } from '../contracts.ts';
import { json, text, type Reply } from '../server/reply.ts';
import type { Exchange, Handler } from '../server/router.ts';
import { originOf } from './origin.ts';

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export const token: Handler = async (exchange) => {
  const { sessions } = exchange.world;
  const form = new URLSearchParams(await exchange.body.text());
  switch (form.get('grant_type')) {
    case 'refresh_token': {
      const known =
        sessions.refreshToken !== undefined && form.get('refresh_token') === sessions.refreshToken;
      return known ? granted(exchange) : refused('invalid_grant', 'expired access/refresh token');
    }
    case jwtGrant:
      return subjectOf(form.get('assertion')) === sessions.username
        ? granted(exchange)
        : refused('invalid_grant', "user hasn't approved this consumer");
    default:
      return refused('unsupported_grant_type', 'grant type not supported');
  }
};

export const revoke: Handler = async ({ world, body, query }) => {
  const form = new URLSearchParams(await body.text());
  const revoked = form.get('token') ?? query.get('token');
  if (revoked === world.sessions.refreshToken) world.sessions.revoke();
  else if (revoked === world.sessions.accessToken) world.sessions.expire();
  else return refused('unsupported_token_type', 'this token is not known');
  return text('');
};

export const userinfo: Handler = (exchange) => {
  const { sessions } = exchange.world;
  try {
    sessions.check(exchange.headers.authorization);
  } catch {
    return text('Bad_OAuth_Token', 'text/html', 403);
  }
  return json({
    sub: identityUrl(exchange),
    user_id: sessions.userId,
    organization_id: sessions.orgId,
    preferred_username: sessions.username,
    nickname: sessions.username.split('@')[0],
    name: sessions.username,
    email: sessions.username,
    email_verified: true,
    active: true,
  });
};

export const identity: Handler = (exchange) => {
  const { sessions } = exchange.world;
  sessions.check(exchange.headers.authorization);
  const rest = `${originOf(exchange)}/services/data/v{version}/`;
  return json({
    id: identityUrl(exchange),
    asserted_user: true,
    user_id: sessions.userId,
    organization_id: sessions.orgId,
    username: sessions.username,
    display_name: sessions.username,
    email: sessions.username,
    active: true,
    user_type: 'STANDARD',
    urls: { rest, sobjects: `${rest}sobjects/`, query: `${rest}query/` },
  });
};

export function identityUrl(exchange: Exchange): string {
  const { orgId, userId } = exchange.world.sessions;
  return `${originOf(exchange)}/id/${orgId}/${userId}`;
}

function granted(exchange: Exchange): Reply {
  return json({
    access_token: exchange.world.sessions.accessToken,
    signature: 'c2lnbmF0dXJl',
    scope: 'refresh_token api web',
    instance_url: originOf(exchange),
    id: identityUrl(exchange),
    token_type: 'Bearer',
    issued_at: String(Date.now()),
  });
}

function refused(error: string, description: string): Reply {
  return json({ error, error_description: description }, 400);
}

/** Who a JWT speaks for. Its signature is not looked at: this org knows no certificates. */
function subjectOf(assertion: string | null): unknown {
  const payload = assertion?.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    return (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { sub?: unknown }).sub;
  } catch {
    throw new OrgError('invalid_grant', 'malformed assertion');
  }
}
