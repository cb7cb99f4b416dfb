import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { isFinished, setState } from './bulk/job.ts';
import { localCertificate, type Certificate } from './certificate.ts';
import type { Database } from './contracts.ts';
import type { OrgDoor } from './door.ts';
import { resolveOptions, type OrgOptions, type ResolvedOptions } from './options.ts';
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
  const resolved = resolveOptions(options);
  const certificate = resolved.tls ? await localCertificate() : undefined;
  const world = createWorld(resolved);
  const { server, open, stop } = createOrgServer(world, certificate);
  const url = await listen(server, resolved);
  const address = { url, certificateFile: certificate && saveCertificate(world, certificate) };
  const door = new LocalDoor(address, world, stop);
  open(door);
  return Object.assign(door, { database: world.database, [Symbol.asyncDispose]: () => door.stop() });
}

type OrgServer = {
  readonly server: Server;
  readonly open: (door: OrgDoor) => void;
  readonly stop: () => Promise<void>;
};

function createOrgServer(world: World, certificate: Certificate | undefined): OrgServer {
  const gateway = new Gateway(world, new Router(routes, world.options.newestVersion));
  let control: Control | undefined;
  const serve = (request: IncomingMessage, response: ServerResponse): Promise<void> | undefined =>
    request.url?.startsWith(controlPath) === true
      ? control?.serve(request, response)
      : gateway.serve(request, response);
  const settings = { requestTimeout: 0, maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000 };
  const server =
    certificate === undefined ? createServer(settings) : createTlsServer({ ...settings, ...certificate });
  // Those whose TLS handshake has not ended are known to nobody else.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    world.counters.connected();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.on('error', () => undefined);
    serve(request, response)?.catch(() => request.socket.destroy());
  });
  return {
    server,
    open: (door) => {
      control = new Control(door);
    },
    stop: async () => {
      endWork(world);
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      world.spool.remove();
    },
  };
}

function saveCertificate({ spool }: World, { cert }: Certificate): string {
  const file = spool.next('certificate.pem');
  writeFileSync(file, cert);
  return file;
}

function listen(server: Server, { port, tls }: ResolvedOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(`${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function endWork({ faults, ingestJobs, queryJobs }: World): void {
  faults.clear();
  for (const job of [...ingestJobs.all, ...queryJobs.all]) if (!isFinished(job)) setState(job, 'Aborted');
}
