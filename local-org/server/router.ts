import type { IncomingHttpHeaders } from 'node:http';
import { OrgError } from '../contracts.ts';
import { notFound } from './errors.ts';
import type { Reply } from './reply.ts';
import type { RequestBody } from './request-body.ts';
import type { World } from './world.ts';

/** One request, as handlers see it. */
export type Exchange = {
  readonly method: string;
  /** As the client sent it. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Parts of the path that the route names (`:id`), decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** 60 for `/services/data/v60.0`; 0 outside of it. */
  readonly version: number;
  readonly body: RequestBody;
  readonly world: World;
};

export type Handler = (exchange: Exchange) => Promise<Reply> | Reply;

/** What a route belongs to: whether it needs a session, and whether it counts as an API request. */
export type Family = 'login' | 'public' | 'rest' | 'bulk';

export type Route = {
  readonly method: string;
  /** `v` stands for `services/data/vNN.0`, `:name` for any part, `~part` for any case of it. */
  readonly pattern: string;
  readonly endpoint: string;
  readonly family: Family;
  readonly handler: Handler;
  /** The first API version that has it. */
  readonly since?: number;
  /** The handler reads the body as it comes in. Others get it whole, before any fault strikes. */
  readonly streamed?: boolean;
  /** Tells endpoints of one URL apart by the body: closing from aborting. */
  readonly refine?: (exchange: Exchange) => Promise<string>;
};

export type Match =
  | {
      readonly route: Route;
      readonly params: Record<string, string>;
      readonly query: URLSearchParams;
      readonly version: number;
    }
  | { readonly error: OrgError };

/** Finds the route of a request by the rules of the service's front door. */
export class Router {
  readonly #routes: readonly Route[];
  readonly #newestVersion: number;

  constructor(routes: readonly Route[], newestVersion: number) {
    this.#routes = routes;
    this.#newestVersion = newestVersion;
  }

  match(method: string, url: string): Match {
    const [path, search] = splitOnce(url, '?');
    const parts = pathParts(path);
    if (parts === undefined) return { error: notFound() };
    const version = versionOf(parts);
    if (version !== 0 && version < 31) return { error: retired(version) };
    if (version > this.#newestVersion) return { error: notFound() };
    const shaped = version === 0 ? parts : ['v', ...parts.slice(3)];
    const query = new URLSearchParams(search);
    const allowed: string[] = [];
    for (const route of this.#routes) {
      const params = matchPattern(route.pattern, shaped);
      if (params === undefined || (route.since ?? 0) > version) continue;
      if (route.method === method) return { route, params, query, version };
      allowed.push(route.method);
    }
    return { error: allowed.length === 0 ? notFound() : methodNotAllowed(method, allowed) };
  }
}

/** Leading slashes collapse and one trailing slash is forgiven; undefined when an inner part is empty. */
function pathParts(path: string): string[] | undefined {
  const parts = path.replace(/^\/+/, '').replace(/\/$/, '').split('/');
  return parts.length > 1 && parts.includes('') ? undefined : parts;
}

function versionOf(parts: readonly string[]): number {
  if (parts[0] !== 'services' || parts[1] !== 'data') return 0;
  return Number(/^v(\d{2})\.0$/.exec(parts[2] ?? '')?.[1] ?? 0);
}

function matchPattern(pattern: string, parts: readonly string[]): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const part = parts[index] ?? '';
    if (want.startsWith(':')) params[want.slice(1)] = decode(part);
    else if (want.startsWith('~') ? want.slice(1).toLowerCase() !== part.toLowerCase() : want !== part)
      return undefined;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function retired(version: number): OrgError {
  return new OrgError('UNSUPPORTED_API_VERSION', `API version ${version}.0 is retired`, 410);
}

function methodNotAllowed(method: string, allowed: readonly string[]): OrgError {
  const message = `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`;
  return new OrgError('METHOD_NOT_ALLOWED', message, 405);
}
