import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

export type TestServer = {
  readonly origin: string;
  readonly port: number;
  /** Method and path of each request, in order of arrival. */
  readonly requests: string[];
};

/** A server on loopback, closed with its connections when the test has finished. */
export async function httpServer(handler: HttpHandler): Promise<TestServer> {
  const requests: string[] = [];
  const server = createHttpServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  const port = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return { origin: `http://127.0.0.1:${port}`, port, requests };
}

export type RawServer = {
  readonly origin: string;
  /** The first bytes of each connection. */
  readonly received: Buffer[];
};

/** Answers with exactly these bytes, or what a function does with the socket, once a request has begun to arrive. */
export async function rawServer(answer: string | Buffer | ((socket: Socket) => void)): Promise<RawServer> {
  const received: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      received.push(bytes);
      if (typeof answer === 'function') answer(socket);
      else socket.end(answer);
    });
  });
  const port = await listen(server);
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return { origin: `http://127.0.0.1:${port}`, received };
}

/** A proxy that answers CONNECT with this status, and closes a tunnel once something comes through it. */
export async function tunnelProxy(status: number): Promise<RawServer & { readonly hosts: string[] }> {
  const received: Buffer[] = [];
  const hosts: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    hosts.push(url);
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      received.push(bytes);
      socket.destroy();
    });
    socket.write(`HTTP/1.1 ${status} Proxy\r\n\r\n`);
  });
  const port = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return { origin: `http://127.0.0.1:${port}`, received, hosts };
}

async function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A port at which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
