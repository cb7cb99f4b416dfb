import fc from 'fast-check';
import { startOrg } from '../../../local-org/index.ts';
import { foreignIngestJob } from '../../support/foreign-job.ts';
import { hostileOrg } from './hostile-org.ts';
import { runHostileCase } from './run-case.ts';
import { anyTwist } from './twists.ts';
import { workloads } from './workloads.ts';

const answersOfACase = 14;

const anyCase = fc.record({
  workload: fc.constantFrom(...Object.keys(workloads)),
  plan: fc
    .array(fc.tuple(fc.nat({ max: answersOfACase }), anyTwist), { minLength: 1, maxLength: 4 })
    .map((twists) => new Map(twists)),
});

/** Tries so many cases with an org that answers as it likes. Throws for the first that does what it must not. */
export async function fuzzAnswers(
  runs: number,
  onCase: (ending: string) => void = () => undefined,
): Promise<void> {
  await using org = await startOrg({ queryPageRows: 4, queryDelayMs: 0, restPageRows: 4 });
  org.database.load(
    'Account',
    Array.from({ length: 9 }, (_, index) => ({ Name: `A${index}`, Description: 'x' })),
  );
  const jobId = await foreignIngestJob(org, 'Name\nAda\nBob\n');
  await using hostile = await hostileOrg(org);
  const { accessToken } = org;
  await fc.assert(
    fc.asyncProperty(anyCase, async (each) => {
      const { ending, problems } = await runHostileCase(each, hostile, { accessToken, jobId });
      onCase(`${each.workload}: ${ending}`);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    }),
    { numRuns: runs, endOnFailure: true },
  );
}
