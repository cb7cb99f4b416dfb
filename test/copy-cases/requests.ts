import type { OrgDoor } from '../../local-org/index.ts';
import { openTwoOrgs, type TwoOrgs } from '../support/two-orgs.ts';
import { endsWith, unless, type CopyCase } from './case.ts';
import { copyArgs, fillSource, reportOf } from './records.ts';

const mostDifference = 0.05;

/** 9: the dry run tells the requests of the copy. How often a status is checked depends on how long the org takes. */
export default {
  title: 'the dry run tells the number of requests within 5%',
  async run({ accounts, contacts, tasks }) {
    await using orgs = await openTwoOrgs();
    await fillSource(orgs, { accounts, contacts, tasks });
    await Promise.all([orgs.source.resetCounters(), orgs.target.resetCounters()]);
    const copy = copyArgs('-s', 'Task', '-s', 'Contact', '-s', 'Account');
    const dryRun = reportOf(endsWith(0, await orgs.sf(...copy, '--dry-run')));
    const told = (dryRun.plan?.apiRequests ?? 0) - (await furtherChecks(orgs));
    await Promise.all([orgs.source.resetCounters(), orgs.target.resetCounters()]);
    endsWith(0, await orgs.sf(...copy, '--results-dir', 'copied'));
    const checks = await furtherChecks(orgs);
    const taken = (await sent(orgs, () => true)) - checks;
    const difference = Math.abs(told - taken) / taken;
    return {
      figures: [
        ['told by the dry run', told],
        ['sent by the copy', taken],
        ['further status checks', checks],
        ['difference', `${(difference * 100).toFixed(1)}%`],
      ],
      problems: unless(difference <= mostDifference, 'the dry run tells something else'),
    };
  },
} satisfies CopyCase;

/** Status checks but for one of each job, without which no job is known to have finished. */
async function furtherChecks(orgs: TwoOrgs): Promise<number> {
  const checks = await sent(orgs, (endpoint) => ['ingest.info', 'query.info'].includes(endpoint));
  return checks - (await sent(orgs, (endpoint) => ['ingest.create', 'query.create'].includes(endpoint)));
}

async function sent({ source, target }: TwoOrgs, counts: (endpoint: string) => boolean): Promise<number> {
  const ofOrg = async (org: OrgDoor): Promise<number> => {
    const { requests } = await org.counters();
    return Object.entries(requests).reduce((sum, [name, times]) => sum + (counts(name) ? times : 0), 0);
  };
  return (await ofOrg(source)) + (await ofOrg(target));
}
