import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loginTo, spawnOrg } from '../../local-org/index.ts';
import { record, type Recording } from './terminal.ts';

const run = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
/** What pictures show in place of a folder that is there for a minute. */
const shownFolder = '/home/ada/work';

/** A folder, and commands that run in it on a terminal, logged in to a local org that takes its time. */
export type Stage = {
  readonly folder: string;
  readonly on: (columns: number, ...args: string[]) => Promise<Recording>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-pictures-'));
  const org = await spawnOrg({
    tls: true,
    latencyMs: 40,
    bandwidthBytesPerSecond: 500_000,
    batchRows: 1_000,
    batchDelayMs: 350,
    randomSeed: 7,
    orgId: '00D5g0000008xYzEAI',
  });
  for (const action of [refused, locked]) {
    await org.faults.add({ endpoint: 'ingest.process', count: Number.MAX_SAFE_INTEGER, action });
  }
  await writeFile(join(folder, 'accounts.csv'), accounts(40_000));
  const login = await loginTo(org, join(folder, 'home'), { alias: 'my-org' });
  const env = environment(login);
  return {
    folder,
    async on(columns, ...args) {
      const recording = await record(
        [process.execPath, run, ...args],
        { columns, rows: 60 },
        { cwd: folder, env },
      );
      const pieces = recording.pieces.map(({ atMs, text }) => ({
        atMs,
        text: text.replaceAll(folder, shownFolder),
      }));
      return { ...recording, pieces };
    },
    async [Symbol.asyncDispose]() {
      await org[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const refused = {
  kind: 'fail-rows',
  everyNth: 600,
  statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  message: 'Customers need a billing city.',
  fields: ['BillingCity'],
} as const;
const locked = { kind: 'lock-rows', everyNth: 2_500, tries: 9 } as const;

function accounts(count: number): string {
  const towns = ['Lisbon', 'Kraków', 'Nairobi', 'Osaka', 'Quito', 'Tromsø'];
  const rows = Array.from({ length: count }, (_, index) => {
    const town = index % 600 === 599 ? '' : towns[index % towns.length];
    return `A-${index + 1},Account ${index + 1},${(index * 37) % 5_000},${town}`;
  });
  return ['External_Id__c,Name,NumberOfEmployees,BillingCity', ...rows, ''].join('\n');
}

function environment(login: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const plain = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined };
  return { ...process.env, ...plain, ...login, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
}
