/** What a double answers with. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Buffer>;
};

export function json(status: number, body: unknown): Reply {
  return { status, body: JSON.stringify(body) };
}

export function jsonError(status: number, errorCode: string, message: string): Reply {
  return json(status, [{ errorCode, message }]);
}

export const notFound = jsonError(404, 'NOT_FOUND', 'The requested resource does not exist');
