import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The program of the processes that are killed, or stopped. */
export type WorkerProgram = {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Makes one file of the worker and all that it uses: started from its sources, a process costs thrice as much. */
export async function bundleWorker(source = 'worker.ts'): Promise<WorkerProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-worker-'));
  const path = join(folder, 'worker.mjs');
  const bundle = await rolldown({
    input: join(import.meta.dirname, source),
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  await bundle.write({ file: path, format: 'esm', codeSplitting: false });
  await bundle.close();
  return {
    path,
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
