import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrg, type Org } from '../../../local-org/index.ts';
import type { LockTimes } from '../../../src/lib/run/lock.js';
import { openLibrary, placeOf } from '../library.ts';
import type { Workload } from '../workload.ts';
import type { WorkerProgram } from './bundle-worker.ts';
import type { Baseline, Moment, RequestMoment } from './moments.ts';
import type { Ending, Errand } from './worker.ts';

export type CaseOutcome = {
  /** Processes that were killed: one may have ended before its moment came. */
  readonly kills: number;
  readonly problems: readonly string[];
};

export type Subject = {
  readonly name: Errand['workload'];
  readonly workload: Workload;
  readonly program: WorkerProgram;
};

/**
 * Runs it in a process of its own, and kills that at a moment; the next process goes on, and is killed at the next
 * moment. Then it is resumed, and everything is looked at.
 */
export async function runCase(
  { name, workload, program }: Subject,
  moments: readonly Moment[],
): Promise<CaseOutcome> {
  return inPlace(workload, async (org, folder) => {
    const errand: Errand = { workload: name, place: placeOf(org, folder) };
    let kills = 0;
    for (const moment of moments) {
      const worker = startWorker(program);
      const life =
        moment.at === 'request'
          ? killAtRequest(org, moment, { worker, errand })
          : worker.run({ ...errand, moment });
      if ((await life) !== undefined) break;
      kills += 1;
    }
    const problems = await resumeAndLook(workload, org, folder).catch((error: unknown) => [String(error)]);
    return { kills, problems };
  });
}

/** Runs it in a process of its own that nobody kills. */
export async function runBaseline({ name, workload, program }: Subject): Promise<Baseline> {
  return inPlace(workload, async (org, folder) => {
    const { requests: before } = await org.counters();
    const ending = await startWorker(program).run({ workload: name, place: placeOf(org, folder) });
    const problems = await workload.problems(org, folder);
    if (ending === undefined || problems.length > 0)
      throw new Error(`It fails by itself: ${problems.join()}`);
    const { requests } = await org.counters();
    const own = Object.entries(requests).map(([endpoint, count]) => [
      endpoint,
      count - (before[endpoint] ?? 0),
    ]);
    return { ...ending, requests: Object.fromEntries(own) as Record<string, number> };
  });
}

/** Does something with an org and a folder that has a workload's input. */
export async function inPlace<T>(
  workload: Workload,
  work: (org: Org, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-crash-'));
  await using org = await startOrg(workload.orgOptions);
  try {
    await workload.prepare(folder, org);
    return await work(org, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function killAtRequest(
  org: Org,
  { endpoint, nth, when }: RequestMoment,
  { worker, errand }: { readonly worker: Worker; readonly errand: Errand },
): Promise<Ending | undefined> {
  const hold = await org.faults.add({ endpoint, nth, action: { kind: 'hold', when } });
  void hold.hit().then(() => worker.child.kill('SIGKILL'));
  const ending = await worker.run(errand);
  await hold.release('drop');
  await hold.remove();
  return ending;
}

/** Resumes what is left, and looks at everything. */
export async function resumeAndLook(
  workload: Workload,
  org: Org,
  folder: string,
  lockTimes?: LockTimes,
): Promise<string[]> {
  const library = openLibrary(placeOf(org, folder), lockTimes === undefined ? {} : { lockTimes });
  try {
    const run = (await library.store.list()).find(workload.isOwn ?? (() => true));
    if (run === undefined || run.records.length === 0) return await workload.problemsUnbegun(org, folder);
    if (run.records.at(-1)?.type !== 'done') await workload.resume(run, library);
    return await workload.problems(org, folder);
  } finally {
    await library.close();
  }
}

type Worker = {
  readonly child: ChildProcess;
  /** @returns undefined when the process was killed on its way */
  run(errand: Errand): Promise<Ending | undefined>;
};

function startWorker({ path, env }: WorkerProgram): Worker {
  const child = fork(path, { execArgv: [], env });
  return {
    child,
    async run(errand) {
      let ending: Ending | undefined;
      child.once('message', (message) => {
        ending = message as Ending;
      });
      child.send(errand);
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (code !== 0 && signal !== 'SIGKILL') throw new Error(`The process ended with exit code ${code}.`);
      return ending;
    },
  };
}
