import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { twisted, type Answer, type Twist } from './twists.ts';

/** Which of the answers is twisted, counted from 0, and how. */
export type Plan = ReadonlyMap<number, Twist>;

export type HostileOrg = {
  readonly url: string;
  /** From here on, answers are counted anew. */
  follow(plan: Plan): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Stands in front of an org, and answers in its place with what the org would have said, twisted. */
export async function hostileOrg(org: {
  readonly url: string;
  readonly accessToken: string;
}): Promise<HostileOrg> {
  let plan: Plan = new Map();
  let answers = 0;
  const server = createServer((request, response) => {
    const twist = plan.get(answers++);
    answerOf(org.url, request).then(
      (answer) => send(response, twist === undefined ? answer : twisted(answer, twist, org.accessToken)),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    follow(next) {
      plan = next;
      answers = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ofOneConnection = new Set(['transfer-encoding', 'content-length', 'connection']);

/** What the org says, uncompressed. */
async function answerOf(url: string, request: IncomingMessage): Promise<Answer> {
  const { method, headers } = request;
  const forwarded = ask(new URL(request.url ?? '/', url), {
    ...(method === undefined ? {} : { method }),
    headers: { ...headers, host: new URL(url).host, 'accept-encoding': 'identity' },
  });
  request.pipe(forwarded);
  const [response] = (await once(forwarded, 'response')) as [IncomingMessage];
  const body = await buffer(response);
  const own = Object.entries(response.headers).filter(([name]) => !ofOneConnection.has(name));
  return {
    status: response.statusCode ?? 500,
    headers: Object.fromEntries(own) as Record<string, string>,
    body,
  };
}

function send(response: ServerResponse, { status, headers, body, cutAfter }: Answer): void {
  response.writeHead(status, headers);
  if (cutAfter === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, cutAfter), () => response.destroy());
}
