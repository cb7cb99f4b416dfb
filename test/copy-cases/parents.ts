import { openTwoOrgs } from '../support/two-orgs.ts';
import { failing } from '../support/copy-orgs.ts';
import { endsWith, unless, type CopyCase } from './case.ts';
import { copyArgs, fillSource, fullGraph, graphResult, reportOf, runIdOf } from './records.ts';

/** 3: of failed parents the children are held; once they are repaired, a retry leaves nothing and doubles nothing. */
export default {
  title: '5% of the parents fail: children are held; after the repair a retry sends all of them, once',
  async run({ accounts, contacts, tasks }) {
    await using orgs = await openTwoOrgs();
    await fillSource(orgs, { accounts, contacts, tasks });
    const names = Array.from({ length: Math.ceil(accounts / 20) }, (_, at) => `Account ${at * 20}`);
    await orgs.target.faults.add(failing('Name', names));
    const copy = copyArgs('-s', 'Task', '-s', 'Contact', '-s', 'Account');
    const first = reportOf(endsWith(68, await orgs.sf(...copy, '--results-dir', 'copied')));
    await orgs.target.faults.clear();
    const retried = reportOf(endsWith(0, await orgs.sf('job', 'retry', '--id', runIdOf(first), '--json')));
    const graph = await graphResult(orgs, fullGraph);
    const left = retried.failedRecords + retried.unprocessedRecords + retried.heldRecords;
    return {
      figures: [
        ['failed', first.failedRecords],
        ['held', first.heldRecords],
        ['left after the retry', left],
        ...graph.figures,
      ],
      problems: [
        ...graph.problems,
        ...unless(first.failedRecords === names.length, `${names.length} should have failed`),
        ...unless(first.heldRecords > 0, 'no child was held'),
        ...unless(left === 0, `${left} records are left`),
      ],
    };
  },
} satisfies CopyCase;
