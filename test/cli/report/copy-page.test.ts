import { expect, test } from 'vitest';
import { copyGraph } from '../../../src/cli/report/copy-graph.js';
import { copyRunPage } from '../../../src/cli/report/copy-run-page.js';
import { renderPage } from '../../../src/cli/report/render/page.js';
import type { CopyStatus } from '../../../src/lib/copy/model/status.js';
import { accounts, contacts, copyOrgs, failing, tasks, type CopyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';

async function pageOf({ contexts }: CopyOrgs, error?: unknown): Promise<string> {
  const run = (await contexts.target.store.list()).find(({ records: [first] }) => first?.type === 'copy');
  const page = run && (await copyRunPage(run, error === undefined ? {} : { error }, contexts.target.store));
  return page === undefined ? '' : renderPage(page).replace(/\s+/g, ' ');
}

const orgsWithRecords = () => copyOrgs({ Account: accounts(10), Contact: contacts(40, 10), Task: tasks(40) });
const objects = [{ object: 'Task' }, { object: 'Contact' }, { object: 'Account' }];

test('the report of a copy has its records, steps, errors and objects, and what to do next', async () => {
  const orgs = await orgsWithRecords();
  await orgs.target.faults.add(failing('Name', ['Account 3']));
  const { runId, steps } = await orgs.copy({ objects });
  const page = await pageOf(orgs);
  expect(page).toContain('<h1>Copy of Account, Contact, Task</h1>');
  expect(page).toContain('81 + 1 + 0 + 8 = 90: every record is accounted for.');
  expect(page).toContain('FIELD_CUSTOM_VALIDATION_EXCEPTION');
  expect(page).toContain(`sf bulk2 job retry --id ${runId}`);
  for (const { jobIds } of steps) expect(page).toContain(jobIds[0]);
  expect(page.match(/<rect /g)).toHaveLength(3);
  expect(page).toContain('<title>Task.WhoId</title>');
  expect(page).toContain('Contact.ReportsToId refers to the object itself');
  expect(page).toContain('Account-ids.csv');
});

test('it has nothing to fetch and nothing that runs', async () => {
  const orgs = await orgsWithRecords();
  await orgs.copy({ objects });
  const page = await pageOf(orgs);
  expect(page).toContain('Nothing is left to do.');
  expect(page).not.toMatch(/<(script|img|link|iframe|use|image)\b|\bsrc=|url\(|@import/);
});

test('the report of a copy that has not finished says how to go on', async () => {
  const orgs = await orgsWithRecords();
  await orgs.target.faults.add({
    endpoint: 'ingest.create',
    nth: 2,
    count: 'always',
    action: { kind: 'answer', status: 400, body: '[{"errorCode":"X","message":"Not now."}]' },
  });
  const failure = await failureOf(orgs.copy({ objects }));
  const page = await pageOf(orgs, failure);
  expect(page).toMatch(/Not now.*sf bulk2 job resume --id /);
  expect(page).toContain('So far. The records are accounted for when the copy has finished.');
});

test('children stand to the right of all their parents, and a lookup that is filled at the end does not count', () => {
  const lookup = (field: string, to: readonly string[], later: readonly string[] = []) =>
    ({ field, to, later, missing: 'clear', isRequired: false }) as const;
  const object = (name: string, lookups: ReadonlyArray<ReturnType<typeof lookup>>) => ({
    object: name,
    lookups,
  });
  const status = {
    plan: {
      objects: [
        object('A', [lookup('C__c', ['C'], ['C'])]),
        object('B', []),
        object('C', [lookup('A__c', ['A']), lookup('B__c', ['B']), lookup('C__c', ['C'])]),
        object('D', [lookup('What__c', ['A', 'C'])]),
      ],
    },
    steps: [],
  } as unknown as CopyStatus;
  const { nodes, edges } = copyGraph(status);
  expect(nodes.map(({ object: name, column, row }) => [name, column, row])).toEqual([
    ['A', 0, 0],
    ['B', 0, 1],
    ['C', 1, 0],
    ['D', 2, 0],
  ]);
  expect(nodes[2]?.ownLookups).toEqual(['C__c']);
  expect(edges.map(({ from, to, isLater }) => [from, to, isLater])).toEqual([
    ['A', 'C', true],
    ['C', 'A', false],
    ['C', 'B', false],
    ['D', 'A', false],
    ['D', 'C', false],
  ]);
});
