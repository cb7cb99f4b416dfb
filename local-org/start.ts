import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFinished, setState } from './bulk/job.ts';
import type { Database } from './contracts.ts';
import type { OrgDoor } from './door.ts';
import { resolveOptions, type OrgOptions } from './options.ts';
import { Control, controlPath } from './server/control.ts';
import { createWorld } from './server/create-world.ts';
import { Gateway } from './server/gateway.ts';
import { LocalDoor } from './server/local-door.ts';
import { Router } from './server/router.ts';
import { routes } from './server/routes.ts';
import type { World } from './server/world.ts';

/** An org in this process; its data is at hand. */
export type Org = OrgDoor & { readonly database: Database };

/**
 * Starts an org on 127.0.0.1, in this process.
 * `await using org = await startOrg()` stops it at the end of the block.
 */
export async function startOrg(options?: OrgOptions): Promise<Org & AsyncDisposable> {
  const world = createWorld(resolveOptions(options));
  const { server, open } = createHttpServer(world);
  const url = await listen(server, world.options.port);
  const door = new LocalDoor(url, world, () => close(server, world));
  open(door);
  return Object.assign(door, { database: world.database, [Symbol.asyncDispose]: () => door.stop() });
}

function createHttpServer(world: World): { server: Server; open: (door: OrgDoor) => void } {
  const gateway = new Gateway(world, new Router(routes, world.options.newestVersion));
  let control: Control | undefined;
  const serve = (request: IncomingMessage, response: ServerResponse): Promise<void> | undefined =>
    request.url?.startsWith(controlPath) === true
      ? control?.serve(request, response)
      : gateway.serve(request, response);
  const server = createServer({ requestTimeout: 0, maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000 });
  server.on('connection', () => world.counters.connected());
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.on('error', () => undefined);
    serve(request, response)?.catch(() => request.socket.destroy());
  });
  return {
    server,
    open: (door) => {
      control = new Control(door);
    },
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

async function close(server: Server, world: World): Promise<void> {
  world.faults.clear();
  for (const job of [...world.ingestJobs.all, ...world.queryJobs.all])
    if (!isFinished(job)) setState(job, 'Aborted');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  world.spool.remove();
}
