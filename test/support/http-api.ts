import { onTestFinished } from 'vitest';
import { httpApi, type HttpOptions } from '../../src/lib/api/http.js';
import type { ApiRequest, OrgApi } from '../../src/lib/api/port.js';
import { sessionOf, type OrgConnection } from '../../src/lib/api/session.js';
import { orgConnection } from './org-connection.ts';

/** The HTTP adapter on an org, closed when the test has finished. */
export function openHttpApi(org: string | OrgConnection, options?: HttpOptions): OrgApi {
  const connection = typeof org === 'string' ? orgConnection(org) : org;
  const api = httpApi(sessionOf(connection), options);
  onTestFinished(() => api.close());
  return api;
}

/** A read of `limits`, or whatever else is given. */
export function aRequest(request: Partial<ApiRequest> = {}): ApiRequest {
  return { method: 'GET', path: 'limits', repeatable: true, step: 'read the limits', ...request };
}
