import { Readable } from 'node:stream';
import type { ApiRequest, OrgApi } from '../../src/lib/api/port.js';
import { json, type Reply } from './reply.ts';

export type RecordingApi = OrgApi & { readonly requests: ApiRequest[] };

/** Keeps every request as it was given, and answers each with the same. */
export function recordingApi({ status, headers = {}, body = '' }: Reply = json(200, {})): RecordingApi {
  const requests: ApiRequest[] = [];
  return {
    requests,
    get requestCount() {
      return requests.length;
    },
    send(request, read) {
      requests.push(request);
      const pieces = typeof body === 'string' ? [Buffer.from(body)] : body;
      return read({ status, headers, body: Readable.from(pieces) });
    },
  };
}
