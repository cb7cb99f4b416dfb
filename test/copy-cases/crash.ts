import { crashMatrix } from '../faults/crash/matrix.ts';
import { copyWorkload } from '../faults/copy-workload.ts';
import { runUnderFaults } from '../faults/org-faults/run-case.ts';
import { unless, type CopyCase } from './case.ts';

const isCopy = (name: string): boolean => ['copy', 'matchedCopy', 'copyRetry'].includes(name);

/** 2: killed at every record of the journals, and every answer lost: each record is there once, with its parent. */
export default {
  title:
    'killed with kill -9 at records of the journals, and answers that are lost: each record once, all links right',
  async run({ every }) {
    const reports = await crashMatrix({ isWanted: isCopy, everyNth: every });
    const lost = await loseAnswers(every);
    return {
      figures: [
        ...reports.map(({ name, cases, unmet, failures }): [string, string] => [
          `${name}: killed, of these not met, failed`,
          `${cases}, ${unmet}, ${failures.length}`,
        ]),
        ['answers lost, failed', `${lost.cases}, ${lost.problems.length}`],
      ],
      problems: [
        ...reports.flatMap(({ failures }) => failures),
        ...lost.problems,
        ...unless(lost.cases > 0, 'no answer was lost'),
      ],
    };
  },
} satisfies CopyCase;

/** Loses the answer to one request after the other, of any kind, until a copy does not send as many. */
async function loseAnswers(every: number): Promise<{ readonly cases: number; readonly problems: string[] }> {
  const problems: string[] = [];
  for (let nth = 1, cases = 0; ; nth += every, cases += 1) {
    const fault = { endpoint: '*', nth, action: { kind: 'drop-after' } } as const;
    const outcome = await runUnderFaults(copyWorkload, [fault]);
    if (outcome.problems.some((problem) => problem.startsWith('never met'))) return { cases, problems };
    problems.push(...outcome.problems.map((problem) => `answer ${nth}: ${problem}`));
  }
}
