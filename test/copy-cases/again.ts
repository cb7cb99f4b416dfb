import { openTwoOrgs, type TwoOrgs } from '../support/two-orgs.ts';
import { endsWith, unless, type CaseResult, type CopyCase, type Sizes } from './case.ts';
import { copyArgs, fillSource, fullGraph, graphResult, planArgs, reportOf } from './records.ts';

type Way = { readonly objects: readonly object[]; readonly more?: readonly string[] };

const keys = {
  Account: { object: 'Account', key: 'External_Id__c' },
  Contact: { object: 'Contact', key: 'External_Id__c' },
};

const ways: Readonly<Record<string, Way>> = {
  'a key': { objects: [keys.Contact, keys.Account] },
  'a composite key': { objects: [{ object: 'Contact', key: ['AccountId', 'LastName'] }, keys.Account] },
  'known ids': {
    objects: [{ object: 'Contact' }, { object: 'Account' }],
    more: ['--known-ids', 'first'],
  },
};

/** 4: a second copy creates nothing. */
export default {
  title: 'a second copy with a key, a composite key and known ids creates nothing',
  async run(sizes) {
    const results: CaseResult[] = [];
    for (const [name, way] of Object.entries(ways)) results.push(await copyTwice(name, way, sizes));
    return {
      figures: results.flatMap(({ figures }) => figures),
      problems: results.flatMap(({ problems }) => problems),
    };
  },
} satisfies CopyCase;

async function copyTwice(name: string, { objects, more = [] }: Way, sizes: Sizes): Promise<CaseResult> {
  const { accounts, contacts } = sizes;
  await using orgs = await openTwoOrgs();
  await fillSource(orgs, { accounts, contacts, tasks: 0 });
  const plan = await planArgs(orgs, objects);
  endsWith(0, await orgs.sf(...copyArgs(...plan), '--results-dir', 'first'));
  const before = await countTarget(orgs);
  const second = endsWith(0, await orgs.sf(...copyArgs(...plan, ...more), '--results-dir', 'second'));
  const created = (await countTarget(orgs)) - before;
  const updated = reportOf(second).successfulRecords;
  const { Account, Contact } = fullGraph;
  const graph = await graphResult(orgs, { Account, Contact });
  return {
    figures: [[`${name}: updated, created`, `${updated}, ${created}`]],
    problems: [
      ...graph.problems.map((problem) => `${name}: ${problem}`),
      ...unless(created === 0, `${name}: ${created} were created`),
      ...unless(updated === accounts + contacts, `${name}: not all were updated`),
    ],
  };
}

async function countTarget({ target }: TwoOrgs): Promise<number> {
  return (await target.records('Account')).length + (await target.records('Contact')).length;
}
