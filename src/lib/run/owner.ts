import { readFile, readlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** What tells a process apart from all others, where the system says so much of it. */
export type ProcessIdentity = {
  readonly host: string;
  readonly pid: number;
  readonly platform: string;
  /** Linux: differs from machine to machine, and from start to start of one machine. */
  readonly boot?: string;
  /** Linux: a pid means a process only within its namespace, and a start time only within a time namespace. */
  readonly namespace?: string;
  /** Linux: clock ticks since the machine started. A pid is used again, a pid with its start time is not. */
  readonly startTime?: string;
};

export async function thisProcess(): Promise<ProcessIdentity> {
  const { platform, pid } = process;
  return { host: hostname(), pid, platform, ...(platform === 'linux' ? await linuxFacts() : {}) };
}

/**
 * Whether a process lives, as far as that can be told from here. On Linux only a process of the same machine and the
 * same PID namespace can be seen, and one that has ended is dead even while nobody has collected its exit code. Where
 * there are no namespaces, a pid that the same host does not have is dead; one that it has may be another process.
 */
export async function lifeOf(
  other: Partial<ProcessIdentity> & Pick<ProcessIdentity, 'pid'>,
  self: ProcessIdentity,
): Promise<'alive' | 'dead' | 'unknown'> {
  if (other.platform !== self.platform) return 'unknown';
  if (self.platform === 'linux') return isBeside(other, self) ? lifeBeside(other) : 'unknown';
  return other.host === self.host && !hasProcess(other.pid) ? 'dead' : 'unknown';
}

async function linuxFacts(): Promise<Pick<ProcessIdentity, 'boot' | 'namespace' | 'startTime'>> {
  try {
    const [boot, pids, times, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
      // Kernels before 5.6 have no time namespaces.
      readlink('/proc/self/ns/time').catch(() => ''),
      readFile('/proc/self/stat', 'utf8'),
    ]);
    return { boot: boot.trim(), namespace: `${pids} ${times}`.trim(), startTime: statusIn(stat).startTime };
  } catch {
    return {};
  }
}

function isBeside(other: Partial<ProcessIdentity>, self: ProcessIdentity): boolean {
  return self.boot !== undefined && other.boot === self.boot && other.namespace === self.namespace;
}

async function lifeBeside({ pid, startTime }: Partial<ProcessIdentity> & Pick<ProcessIdentity, 'pid'>) {
  if (!(await showsOwnNamespace())) return 'unknown';
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // A /proc that hides the processes of other users (hidepid) does not show them as gone.
  if (stat === undefined) return hasProcess(pid) ? 'unknown' : 'dead';
  const now = statusIn(stat);
  return now.startTime !== startTime || now.hasEnded ? 'dead' : 'alive';
}

/** A process in a namespace of its own may still have the /proc of the one around it, with other pids. */
async function showsOwnNamespace(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  return /^NSpid:\s+\d+$/m.test(status);
}

/** `/proc/<pid>/stat` (proc(5)): the name, in parentheses, may have any character in it; then state, …, start time. */
function statusIn(stat: string): { hasEnded: boolean; startTime: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { hasEnded: fields[0] === 'Z' || fields[0] === 'X', startTime: fields[19] ?? '' };
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends the name of a run's note that says which process is about to begin it, until its journal is there. */
export const beginningSuffix = 'beginning';

/** Notes that this process is about to begin a run: until there is a journal, nothing else tells whose its files are. */
export async function noteBeginning(path: string): Promise<void> {
  await writeFile(path, JSON.stringify(await thisProcess()), { mode: 0o600 });
}

/** Whether the process that was about to begin a run is certainly gone. */
export async function isOrphan(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
    return Number.isSafeInteger(owner.pid) && (await lifeOf(owner, await thisProcess())) === 'dead';
  } catch {
    return false;
  }
}
