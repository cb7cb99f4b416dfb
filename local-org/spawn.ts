import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OrgDoor, OrgFacts } from './door.ts';
import type { OrgOptions } from './options.ts';
import { RemoteDoor } from './remote-door.ts';

/**
 * Starts an org in a process of its own, which ends with this one at the latest.
 * @throws Error with what the process printed, when it does not start
 */
export async function spawnOrg(options: OrgOptions = {}): Promise<OrgDoor & AsyncDisposable> {
  const main = join(import.meta.dirname, 'main.ts');
  const flags = ['--json', '--with-parent', '--options', JSON.stringify(options)];
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  const facts = await firstLine(child);
  const door = new RemoteDoor(facts, () => end(child));
  return Object.assign(door, { [Symbol.asyncDispose]: () => door.stop() });
}

async function firstLine(child: ChildProcess): Promise<OrgFacts> {
  if (child.stdout === null) throw new Error('The org has no standard output');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as OrgFacts;
  throw new Error('The local org did not start');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
