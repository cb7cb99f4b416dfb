import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../src/lib/copy/copy.js';
import { openPlanFiles } from '../../../src/lib/copy/source/file-source.js';
import { resolvePlan } from '../../../src/lib/copy/plan/resolve-plan.js';
import { follow, copyOrgs, links, planOrg, type CopyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../support/mortal-store.ts';
import { sampled } from '../../support/sampled.ts';

const plan = {
  objects: [
    {
      object: 'Contact',
      file: ['contacts.csv'],
      lookups: { AccountId: { of: 'Account', by: 'External_Id__c' } },
    },
    { object: 'Account', file: ['accounts.csv'], key: ['Name', 'External_Id__c'] },
  ],
};

async function orgsWithFiles(): Promise<CopyOrgs> {
  const orgs = await copyOrgs({});
  orgs.target.database.load('Account', [
    { Id: '001Tg0000000001', Name: 'Account 1', External_Id__c: 'KEY 1' },
  ]);
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  const accounts = numbers.slice(0, 4).map((each) => `Account ${each},key ${each}\n`);
  const contacts = numbers.map((each) => `Contact ${each},key ${each % 4}\n`);
  await writeFile(join(orgs.folder, 'accounts.csv'), `Name,External_Id__c\n${accounts.join('')}`);
  await writeFile(join(orgs.folder, 'contacts.csv'), `LastName,AccountId\n${contacts.join('')}`);
  return orgs;
}

async function start({ folder, contexts }: CopyOrgs, store: ReturnType<typeof mortalStore>) {
  const target = planOrg(contexts.target);
  const { source, files } = await openPlanFiles(plan, { folder, target, store, signal: undefined });
  const objects = await resolvePlan(plan, { source, target }, { files });
  const rest = { resultsDir: join(folder, 'results'), concurrency: 2, retries: 0, isAgreed: true };
  return startCopy({ objects, ...rest }, follow(), { target: { ...contexts.target, store } });
}

test('a copy from files that is killed is resumed to its end, wherever it was; no row is doubled', async () => {
  const whole = await orgsWithFiles();
  const counted = mortalStore(whole.contexts.target.store);
  await start(whole, counted);
  const moments = Array.from({ length: counted.appended - 1 }, (_, index) => index + 2);
  const cases = moments.flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when })));
  expect(cases.length).toBeGreaterThan(40);
  const expected = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`Contact ${index}`, `Account ${index % 4}`]),
  );
  for (const { nth, when } of sampled(cases, 31)) {
    const orgs = await orgsWithFiles();
    const { store } = orgs.contexts.target;
    const failure = await failureOf(start(orgs, mortalStore(store, nth, when)));
    expect(failure, `${when} ${nth}`).toBeInstanceOf(ProcessEnded);
    const run = (await store.list()).find(({ records: [first] }) => first?.type === 'copy');
    const target = orgs.contexts.target;
    const status = await resumeCopy(run as { runId: string }, follow(), { target });
    expect(status.totals, `${when} ${nth}`).toMatchObject({ sent: 16, successful: 16 });
    expect(await orgs.target.records('Account'), `${when} ${nth}`).toHaveLength(4);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(expected);
  }
}, 600_000);
