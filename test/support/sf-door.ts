import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Bench } from './bulk2.ts';
import { tempRoot } from './temp-root.ts';

const client = join(import.meta.dirname, 'sf-door.mjs');
const ownScript = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
/** Another folder, environment or input is a process's own. */
const needsProcess = /\bcd\b|\bexport\b|\|\s*sf\b|=\S*\s+sf\b|(?<!<)<(?!<)|&$/m;

let doors = 0;

/** A function of the shell that is `sf`: by the process of the bench, where the script leaves it as it is. */
export type SfInShell = { readonly sf: string; readonly close: () => Promise<void> };

export async function sfInShell(script: string, { run }: Bench): Promise<SfInShell> {
  const calling = (...words: string[]): string =>
    `sf() { ${[process.execPath, ...words].map((word) => `"${word}"`).join(' ')} "$@"; }\n`;
  if (!/\bsf\b/.test(script) || needsProcess.test(script))
    return { sf: calling(ownScript), close: () => Promise.resolve() };
  const path = join(tempRoot, `sf-${process.pid}-${doors++}`);
  const server = createServer((socket) => void answer(socket, run).catch(() => socket.destroy()));
  await once(server.listen(path), 'listening');
  const close = async (): Promise<void> => {
    await once(server.close(), 'close');
    await rm(path, { force: true });
  };
  return { sf: calling(client, path), close };
}

async function answer(socket: Socket, run: Bench['run']): Promise<void> {
  const [line] = (await once(createInterface(socket), 'line')) as [string];
  const [topic, ...args] = JSON.parse(line) as string[];
  if (topic !== 'bulk2') throw new Error(`There is no sf ${topic} here.`);
  socket.end(JSON.stringify(await run(...args)));
}
