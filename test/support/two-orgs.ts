import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loginTo, spawnOrg, type OrgDoor, type OrgOptions } from '../../local-org/index.ts';

const root = join(import.meta.dirname, '..', '..');
const script = join(root, 'bin', 'run.js');
const preload = pathToFileURL(join(root, 'bench', 'usage.mjs')).href;

/** How a command ended, and what it took. */
export type Ran = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
  /** Of user and system, on all threads. */
  readonly cpuMs: number;
  readonly peakBytes: number;
};

/** Two orgs in processes of their own, over TLS, with ids of their own, and the built command line, logged in to both. */
export type TwoOrgs = AsyncDisposable & {
  /** Alias `source`. */
  readonly source: OrgDoor;
  /** Alias `target`, the default org. */
  readonly target: OrgDoor;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly file: (name: string) => string;
  /** Runs `sf bulk2 …` to its end. */
  readonly sf: (...args: readonly string[]) => Promise<Ran>;
  /** Starts `sf bulk2 …`, to be signalled or killed. */
  readonly start: (...args: readonly string[]) => { child: ChildProcess; ended: Promise<Ran> };
};

export type TwoOrgsOptions = {
  readonly source?: OrgOptions;
  readonly target?: OrgOptions;
  /** Where the commands work. Default: a folder in that of the system, which goes in the end. */
  readonly folder?: string;
};

export async function openTwoOrgs(options: TwoOrgsOptions = {}): Promise<TwoOrgs> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'bulk2-two-orgs-')));
  const orgs: Array<OrgDoor & AsyncDisposable> = [];
  const remove = (): void => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  // The orgs end with this process; what they and the commands have left goes, too.
  process.once('exit', remove);
  const close = async (): Promise<void> => {
    await Promise.all(orgs.map((org) => org.stop()));
    process.off('exit', remove);
    remove();
  };
  try {
    const source = await spawnOrg({ tls: true, orgId: '00DSr0000000001', ...options.source });
    orgs.push(source);
    const target = await spawnOrg({ tls: true, orgId: '00DTg0000000001', ...options.target });
    orgs.push(target);
    const env = { ...process.env, ...(await logIn(source, target, join(folder, 'home'))) };
    const start: TwoOrgs['start'] = (...args) => startMeasured(args, env, folder);
    return {
      source,
      target,
      folder,
      env,
      file: (name) => join(folder, name),
      start,
      sf: (...args) => start(...args).ended,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function logIn(source: OrgDoor, target: OrgDoor, home: string): Promise<Record<string, string>> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const certificates = join(home, 'both-orgs.pem');
  await loginTo(source, home, { alias: 'source', isDefault: false });
  const env = await loginTo(target, home, { alias: 'target' });
  const files = [source, target].flatMap(({ certificateFile }) => certificateFile ?? []);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await writeFile(certificates, texts.join('\n'));
  return { ...env, NODE_EXTRA_CA_CERTS: certificates };
}

let commands = 0;

function startMeasured(args: readonly string[], env: NodeJS.ProcessEnv, folder: string) {
  const usageFile = join(folder, 'home', `usage-${commands++}`);
  const startedMs = performance.now();
  const child = spawn(process.execPath, [script, 'bulk2', ...args], {
    env: { ...env, BENCH_USAGE_FILE: usageFile, NODE_OPTIONS: `--import=${preload}` },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      const wallMs = performance.now() - startedMs;
      void usageIn(usageFile).then((usage) => resolve({ code, ...output, wallMs, ...usage }), reject);
    });
  });
  return { child, ended };
}

/** Nothing of a process that was killed. */
async function usageIn(file: string): Promise<Pick<Ran, 'cpuMs' | 'peakBytes'>> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const processes = lines.map((line) => JSON.parse(line) as { cpuMs: number; peakBytes: number });
  return {
    cpuMs: processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakBytes: Math.max(0, ...processes.map(({ peakBytes }) => peakBytes)),
  };
}
