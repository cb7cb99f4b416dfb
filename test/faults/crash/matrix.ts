import { inParallel } from '../../../src/lib/in-parallel.js';
import { exportWorkload } from '../export-workload.ts';
import { loadWorkload } from '../load-workload.ts';
import { everyMoment, nameOf, type Moment } from './moments.ts';
import { runBaseline, runCase, type Subject } from './run-case.ts';

export type MatrixReport = {
  readonly name: string;
  readonly cases: number;
  /** Cases in which the run had ended before its moment came: the number of looks at a job varies. */
  readonly unmet: number;
  readonly failures: readonly string[];
};

const casesAtOnce = 3;

/** Kills a load and an export at every moment, or at every nth one, and resumes them. */
export async function crashMatrix(everyNth = 1): Promise<MatrixReport[]> {
  const subjects: Subject[] = [
    { name: 'load', workload: loadWorkload },
    { name: 'export', workload: await exportWorkload() },
  ];
  const reports: MatrixReport[] = [];
  for (const subject of subjects) reports.push(await crashAll(subject, everyNth));
  return reports;
}

async function crashAll(subject: Subject, everyNth: number): Promise<MatrixReport> {
  const moments = everyMoment(await runBaseline(subject)).filter((_, index) => index % everyNth === 0);
  const outcomes = await inParallel(moments, casesAtOnce, async (moment: Moment) => ({
    moment,
    ...(await runCase(subject, moment)),
  }));
  return {
    name: subject.name,
    cases: outcomes.length,
    unmet: outcomes.filter(({ killed }) => !killed).length,
    failures: outcomes
      .filter(({ problems }) => problems.length > 0)
      .map(({ moment, problems }) => `${nameOf(moment)}: ${problems.join('; ')}`),
  };
}
