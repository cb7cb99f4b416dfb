import { inParallel } from '../../../src/lib/parallel.js';
import { changeWorkloads } from '../change-workload.ts';
import { copyRetryWorkload, copyWorkload, matchedCopyWorkload } from '../copy-workload.ts';
import { exportWorkload } from '../export-workload.ts';
import { jobRetryWorkload } from '../job-retry-workload.ts';
import {
  loadAgainWorkload,
  loadWorkload,
  refusedLoadWorkload,
  retriedLoadWorkload,
} from '../load-workload.ts';
import { updateByKeyWorkload } from '../update-by-key-workload.ts';
import { bundleWorker } from './bundle-worker.ts';
import { chainsOf, everyMoment, nameOf, sampleOf, type Moment } from './moments.ts';
import type { MatrixReport } from './report.ts';
import { liveRivals, stoppedRivals } from './rivals.ts';
import { runBaseline, runCase, type Subject } from './run-case.ts';

const casesAtOnce = 3;
const chains = 40;

/** Which of all cases; default: each. */
export type CrashSample = {
  /** Which of the workloads. */
  readonly isWanted?: (name: string) => boolean;
  readonly everyNth?: number;
  /** So many moments of each workload, of kinds that differ, and one chain. */
  readonly momentsOfEach?: number;
};

/** Kills loads, changes by query, copies, retries and an export at every moment, and resumes them. */
export async function crashMatrix({
  isWanted = () => true,
  everyNth = 1,
  momentsOfEach,
}: CrashSample = {}): Promise<MatrixReport[]> {
  await using program = await bundleWorker();
  const changes = Object.entries(changeWorkloads).map(([name, workload]): Subject => {
    return { name: name as keyof typeof changeWorkloads, workload, program };
  });
  const subjects: Subject[] = [
    { name: 'load', workload: loadWorkload, program },
    { name: 'loadAgain', workload: loadAgainWorkload, program },
    ...changes,
    { name: 'retriedLoad', workload: retriedLoadWorkload, program },
    { name: 'jobRetry', workload: jobRetryWorkload, program },
    { name: 'refusedLoad', workload: refusedLoadWorkload, program },
    { name: 'updateByKey', workload: updateByKeyWorkload, program },
    { name: 'export', workload: await exportWorkload(), program },
    { name: 'copy', workload: copyWorkload, program },
    { name: 'matchedCopy', workload: matchedCopyWorkload, program },
    { name: 'copyRetry', workload: copyRetryWorkload, program },
  ];
  const reports: MatrixReport[] = [];
  for (const [turn, subject] of subjects.filter(({ name }) => isWanted(name)).entries()) {
    const moments = everyMoment(await runBaseline(subject));
    const isFew = momentsOfEach !== undefined;
    const some = isFew ? sampleOf(moments, { count: momentsOfEach, turn }) : sampled(moments, everyNth);
    const once = some.map((moment) => [moment]);
    const all = chainsOf(moments, chains);
    // At least two of the chains, which are fewer.
    const several = isFew ? all.slice(turn).slice(0, 1) : sampled(all, Math.min(everyNth, chains / 2));
    const both = [
      crashAll(subject, subject.name, once),
      crashAll(subject, `${subject.name}, its resumes killed too`, several),
    ];
    reports.push(...(await Promise.all(both)));
  }
  return reports;
}

async function crashAll(
  subject: Subject,
  name: string,
  cases: ReadonlyArray<readonly Moment[]>,
): Promise<MatrixReport> {
  const outcomes = await inParallel(cases, casesAtOnce, async (moments: readonly Moment[]) => ({
    moments,
    ...(await runCase(subject, moments)),
  }));
  return {
    name,
    cases: outcomes.length,
    unmet: outcomes.filter(({ kills }) => kills === 0).length,
    failures: outcomes
      .filter(({ problems }) => problems.length > 0)
      .map(({ moments, problems }) => `${moments.map(nameOf).join(', then ')}: ${problems.join('; ')}`),
  };
}

/** Two processes believe that they own the same load; of all these cases every nth. */
export async function rivalMatrix(everyNth = 1): Promise<MatrixReport[]> {
  await using killed = await bundleWorker();
  await using program = await bundleWorker('rival-worker.ts');
  const moments = everyMoment(await runBaseline({ name: 'load', workload: loadWorkload, program: killed }));
  return [...(await liveRivals(program, everyNth)), await stoppedRivals(program, sampled(moments, everyNth))];
}

function sampled<T>(all: readonly T[], everyNth: number): T[] {
  return all.filter((_, index) => index % everyNth === 0);
}
