import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a command of the stock CLI ended. */
export type SfOutcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

export const projectRoot = join(import.meta.dirname, '..', '..');

/** The stock CLI from npm, as `npm run setup` with `--host` installs it. */
export const sfRoot = join(import.meta.dirname, 'node_modules', '@salesforce', 'cli');

/** What Node runs as `sf`. */
export const sfScript = join(sfRoot, 'bin', 'run.js');

/** Spares each process from compiling anew what all of them load, those of the next run too. */
export const compiled = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'bulk2-compile-cache'),
};

/** Runs the stock `sf` from npm, with this environment alone. */
export function sf(args: readonly string[], env: NodeJS.ProcessEnv, cwd = projectRoot): Promise<SfOutcome> {
  return new Promise((resolve) => {
    const options = { env: { ...env, ...compiled }, cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [sfScript, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
