import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, copyOrgs, follow, type CopyOrgs } from '../../../support/copy-orgs.ts';

const objects = [{ object: 'Account' }];

/** What a copy warns of that takes the results of an earlier one as known. */
async function warningsOf(orgs: CopyOrgs, contexts: CopyOrgs['contexts'], more: { where?: string } = {}) {
  const knownIds = [join(orgs.folder, 'results')];
  const plan = await orgs.plan(
    { objects: [{ object: 'Account', ...more }] },
    { knownIds, resultsDir: join(orgs.folder, 'again') },
  );
  const events = new Events<CopyEvents>();
  const warnings: string[] = [];
  let jobs = 0;
  events.on('planned', () => jobs++);
  events.on('warning', (text) => {
    expect(jobs).toBe(0);
    warnings.push(text);
  });
  await startCopy(plan, { ...follow(), events }, contexts);
  return warnings;
}

test('ids that are of a copy between other orgs are told before anything is sent', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  await orgs.copy({ objects });
  const { source, target } = orgs.contexts;
  const copied = await orgs.target.records('Account');
  orgs.source.database.load(
    'Account',
    copied.map(({ Id, Name }) => ({ Id: Id ?? null, Name: Name ?? null })),
  );
  const warnings = await warningsOf(orgs, { source: target, target: source });
  expect(warnings[0]).toMatch(/^The ids in .*results are of a copy from .* to .*, and this one goes from /);
  expect(warnings[1]).toContain('None of the Account records that were read is in the files of --known-ids.');
  expect(warnings).toHaveLength(2);
});

test('ids of the same orgs are not told, nor that a few records are all new', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  await orgs.copy({ objects });
  orgs.source.database.load('Account', [{ Name: 'New' }]);
  expect(await warningsOf(orgs, orgs.contexts, { where: "Name = 'New'" })).toEqual([]);
});
