import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../../src/lib/parallel.js';
import type { LockTimes } from '../../../src/lib/run/lock.js';
import type { Org } from '../../../local-org/index.ts';
import { openLibrary, placeOf, type Place } from '../library.ts';
import { loadWorkload } from '../load-workload.ts';
import type { WorkerProgram } from './bundle-worker.ts';
import { nameOf, type Moment } from './moments.ts';
import type { RivalEnding, RivalErrand } from './rival-worker.ts';
import type { MatrixReport } from './report.ts';
import { inPlace, resumeAndLook } from './run-case.ts';

const casesAtOnce = 3;

/** A live owner shows itself long before its time is over, however busy the machine is. */
const liveTimes: LockTimes = { beatMs: 20, silentMs: 60_000, lookMs: 50 };
/** A stopped one shows nothing, so that nobody has to wait for long. */
const stoppedTimes: LockTimes = { beatMs: 20, silentMs: 300, lookMs: 50 };

type Outcome = { readonly isMet: boolean; readonly problems: readonly string[] };

/**
 * Two processes work on the same load, and neither can tell that the other one lives: the first is stopped at each
 * moment, the second takes over, and the first goes on, in the middle of the second's work or behind it.
 */
export async function stoppedRivals(
  program: WorkerProgram,
  moments: readonly Moment[],
): Promise<MatrixReport> {
  const cases = moments
    .filter((moment) => moment.at !== 'file' && moment.when !== 'torn')
    .flatMap((moment, index) => [
      { moment, wakesAtWrite: undefined },
      { moment, wakesAtWrite: 1 + (index % 8) },
    ]);
  const outcomes = await inParallel(cases, casesAtOnce, async ({ moment, wakesAtWrite }: StoppedCase) => ({
    name: `${nameOf(moment)}, woken ${wakesAtWrite === undefined ? 'late' : `at write ${wakesAtWrite}`}`,
    ...(await stoppedCase(program, { moment, wakesAtWrite })),
  }));
  return reportOf('load, its owner stopped, and woken when another one has it', outcomes);
}

type StoppedCase = { readonly moment: Moment; readonly wakesAtWrite: number | undefined };

async function stoppedCase(program: WorkerProgram, { moment, wakesAtWrite }: StoppedCase): Promise<Outcome> {
  return inPlace(loadWorkload, async (org, folder) => {
    const errand = { place: placeOf(org, folder), lockTimes: stoppedTimes };
    const first = startRival(program);
    const hold = moment.at === 'request' ? await holdAt(org, moment) : undefined;
    void hold?.hit().then(() => first.child.kill('SIGSTOP'));
    const stopsAt =
      moment.at === 'journal' ? { write: moment.write, when: moment.when as 'before' } : undefined;
    const firstEnds = first.run({ ...errand, isApart: true, ...(stopsAt === undefined ? {} : { stopsAt }) });
    const pid = first.child.pid ?? 0;
    if (!(await isStopped(pid)) || !(await hasBegun(errand.place))) {
      first.child.kill('SIGKILL');
      return { isMet: false, problems: [] };
    }
    const wakes = wakesAtWrite === undefined ? undefined : { pid, write: wakesAtWrite };
    await startRival(program).run({ ...errand, ...(wakes === undefined ? {} : { wakes }) });
    first.child.kill('SIGCONT');
    await hold?.release();
    await hold?.remove();
    await firstEnds;
    return { isMet: true, problems: await lookAt(org, folder) };
  });
}

/**
 * The first process is at work in the middle of a request, and the second one comes to resume its load: it is refused,
 * whatever it can see of the first, and whatever their clocks say.
 */
export async function liveRivals(program: WorkerProgram, everyNth: number): Promise<MatrixReport[]> {
  const moments = ['ingest.create', 'ingest.upload', 'ingest.close', 'ingest.info'].flatMap((endpoint) =>
    (['before', 'after'] as const).map((when): Moment => ({ at: 'request', endpoint, nth: 1, when })),
  );
  const kinds: LiveKind[] = [
    ...(canUnshare() ? [{ name: 'another PID namespace', isUnshared: true }] : []),
    { name: 'a namespace that it says is another', first: { isApart: true } },
    { name: 'a clock 90 s behind', first: { clockAheadMs: -90_000 } },
    { name: 'a clock 90 s ahead', first: { clockAheadMs: 90_000 } },
    { name: 'a clock 90 s behind, and another namespace', first: { clockAheadMs: -90_000, isApart: true } },
  ];
  const reports: MatrixReport[] = [];
  for (const [index, kind] of kinds.entries()) {
    const sampled = moments.filter((_, at) => (at + index) % Math.min(everyNth, moments.length) === 0);
    const outcomes = await inParallel(sampled, casesAtOnce, async (moment: Moment) => ({
      name: nameOf(moment),
      ...(await liveCase(program, kind, moment)),
    }));
    reports.push(reportOf(`load, resumed while its owner is at work in ${kind.name}`, outcomes));
  }
  if (!canUnshare()) {
    const name =
      'load, resumed while its owner is at work in another PID namespace: skipped, unshare --pid is not allowed';
    reports.push({ name, cases: 0, unmet: 0, failures: [] });
  }
  return reports;
}

type LiveKind = {
  readonly name: string;
  readonly first?: Partial<RivalErrand>;
  readonly isUnshared?: boolean;
};

async function liveCase(program: WorkerProgram, kind: LiveKind, moment: Moment): Promise<Outcome> {
  return inPlace(loadWorkload, async (org, folder) => {
    const errand = { place: placeOf(org, folder), lockTimes: liveTimes };
    const first = startRival(program, kind.isUnshared);
    const hold = await holdAt(org, moment);
    const firstEnds = first.run({ ...errand, ...kind.first });
    await hold.hit();
    const second = await startRival(program).run(errand);
    await hold.release();
    await hold.remove();
    const { error } = await firstEnds;
    const problems = await lookAt(org, folder);
    if (second.error !== 'RunLockedError') problems.push(`the second one was not refused (${second.error})`);
    if (error !== undefined) problems.push(`the first one ended with ${error}`);
    return { isMet: true, problems };
  });
}

/** Whether there is a load that could be taken over. */
async function hasBegun(place: Place): Promise<boolean> {
  const library = openLibrary(place);
  const [run] = await library.store.list();
  await library.close();
  return run !== undefined && run.records.length > 0;
}

function holdAt(org: Org, moment: Moment) {
  if (moment.at !== 'request') throw new TypeError('This is no moment of a request.');
  const { endpoint, nth, when } = moment;
  return org.faults.add({ endpoint, nth, action: { kind: 'hold', when } });
}

function lookAt(org: Org, folder: string): Promise<string[]> {
  return resumeAndLook(loadWorkload, org, folder, stoppedTimes).catch((error: unknown) => [String(error)]);
}

function reportOf(name: string, outcomes: ReadonlyArray<Outcome & { readonly name: string }>): MatrixReport {
  return {
    name,
    cases: outcomes.length,
    unmet: outcomes.filter(({ isMet }) => !isMet).length,
    failures: outcomes
      .filter(({ problems }) => problems.length > 0)
      .map((outcome) => `${outcome.name}: ${outcome.problems.join('; ')}`),
  };
}

/** @returns false when it has ended before */
async function isStopped(pid: number): Promise<boolean> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
    const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
    if (state === 'T') return true;
    if (state === 'Z') return false;
    await sleep(10);
  }
}

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

type Rival = { readonly child: ChildProcess; run(errand: RivalErrand): Promise<RivalEnding> };

function startRival({ path, env }: WorkerProgram, isUnshared = false): Rival {
  const command = [process.execPath, path];
  const [file = '', ...args] = isUnshared
    ? ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...command]
    : command;
  const child = spawn(file, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    child,
    async run(errand) {
      let ending: RivalEnding = { error: 'no ending' };
      child.once('message', (message) => {
        ending = message as RivalEnding;
      });
      child.send(errand);
      await once(child, 'exit');
      return ending;
    },
  };
}
