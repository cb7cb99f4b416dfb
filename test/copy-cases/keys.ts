import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTwoOrgs, type TwoOrgs } from '../support/two-orgs.ts';
import { endsWith, unless, type CaseResult, type CopyCase } from './case.ts';
import { copyArgs, graphResult, planArgs, reportOf } from './records.ts';
import { runTests } from './run-tests.ts';
import { tempDir } from './temp-dir.ts';

/** Ids that are one in small letters. */
const ids = ['001Sr000000000a', '001Sr000000000A', '001Sr00000000aA', '001Sr00000000Aa'];
const accounts = ids.map((Id, index) => ({ Id, Name: `Account ${index}` }));
const contacts = ids.map((AccountId, index) => ({ LastName: `Contact ${index}`, AccountId }));

/** 7: keys that several records have, on either side, and ids in all their forms. */
export default {
  title: 'ambiguous keys are refused on either side; ids of 15 and 18 characters, or differing by case',
  async run() {
    const results = [await idsByCase(), await runTests('test/lib/copy/match/match-records.test.ts')];
    return {
      figures: results.flatMap(({ figures }) => figures),
      problems: results.flatMap(({ problems }) => problems),
    };
  },
} satisfies CopyCase;

async function idsByCase(): Promise<CaseResult> {
  await using temp = await tempDir();
  const seed = join(temp.path, 'seed.json');
  await writeFile(seed, JSON.stringify({ Account: accounts, Contact: contacts }));
  await using orgs = await openTwoOrgs({ source: { seed: [seed] } });
  const plan = await planArgs(orgs, [{ object: 'Contact' }, { object: 'Account' }]);
  endsWith(0, await orgs.sf(...copyArgs(...plan), '--results-dir', 'copied'));
  const graph = await graphResult(orgs, { Account: ['Name'], Contact: ['LastName', 'Account.Name'] });
  const created = await createdByShortIds(orgs, plan);
  return {
    figures: [...graph.figures, ['created again, where known ids have 15 characters', created]],
    problems: [...graph.problems, ...unless(created === 0, 'ids of 15 characters were not known')],
  };
}

/** Copies again with ids of 15 characters in the list of known ones. */
async function createdByShortIds(orgs: TwoOrgs, plan: readonly string[]): Promise<number> {
  const targets = new Map((await orgs.target.records('Account')).map(({ Id, Name }) => [Name, String(Id)]));
  const lines = accounts.map(({ Id, Name }) => `${Id},${targets.get(Name)?.slice(0, 15)}\n`);
  await mkdir(orgs.file('known'));
  await writeFile(orgs.file('known/Account-ids.csv'), `source__Id,target__Id\n${lines.join('')}`);
  const known = ['--known-ids', 'copied', '--known-ids', 'known'];
  reportOf(endsWith(0, await orgs.sf(...copyArgs(...plan), ...known, '--results-dir', 'again')));
  return (await orgs.target.records('Account')).length - accounts.length;
}
