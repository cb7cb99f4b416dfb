import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, copyOrgs, failing, follow, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { endingAt } from '../../../support/ending-store.ts';
import { failureOf } from '../../../support/failure-of.ts';

const fields = ['Name'];
const keyless = { objects: [{ object: 'Account', fields }] };
const keyed = { objects: [{ object: 'Account', fields, key: ['Name'] }] };
const external = { objects: [{ object: 'Account', key: ['External_Id__c'] }] };

async function leaveOne(orgs: CopyOrgs, plan: CopyPlanFile): Promise<string> {
  await orgs.target.faults.add(failing('Name', ['Account 0']));
  const { runId } = await orgs.copy(plan);
  await orgs.target.faults.clear();
  return runId;
}

async function warningsOf(orgs: CopyOrgs, runId: string): Promise<string[]> {
  const events = new Events<CopyEvents>();
  const warnings: string[] = [];
  events.on('warning', (text) => warnings.push(text));
  const { totals } = await resumeCopy({ runId }, { events, isRetry: true }, orgs.contexts);
  expect(totals).toMatchObject({ successful: 2, failed: 0 });
  return warnings;
}

test.each([
  ['without a key', keyless, 1],
  ['with a key that is matched here', keyed, 1],
  ['with an external id', external, 0],
])('a retry of records %s tells that others were loaded since the copy ended', async (_, plan, count) => {
  const orgs = await copyOrgs({
    Account: accounts(2).map((each, at) => ({ ...each, External_Id__c: `E${at}` })),
  });
  const runId = await leaveOne(orgs, plan);
  const others = await orgs.plan(keyed, { resultsDir: join(orgs.folder, 'others') });
  await startCopy(others, follow(), orgs.contexts);
  const warnings = await warningsOf(orgs, runId);
  expect(warnings).toHaveLength(count);
  for (const text of warnings) {
    expect(text).toMatch(/^Records of Account have been loaded into the target since this copy ended/);
    expect(text).toContain('--known-ids');
  }
});

test('a retry tells nothing of its own loads', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  expect(await warningsOf(orgs, await leaveOne(orgs, keyless))).toEqual([]);
});

test('a retry is refused beside a copy that creates the same, and has not finished', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  const runId = await leaveOne(orgs, keyless);
  const { source, target } = orgs.contexts;
  const store = endingAt(target.store, 'loading');
  const other = await orgs.plan(keyless, { resultsDir: join(orgs.folder, 'other') });
  const contexts = { source: { ...source, store }, target: { ...target, store } };
  await failureOf(startCopy(other, follow(), contexts));
  const refusal = await failureOf(resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts));
  expect(refusal.message).toMatch(/^Another copy into the same org creates Account records too/);
  expect(await orgs.target.records('Account')).toHaveLength(1);
});
