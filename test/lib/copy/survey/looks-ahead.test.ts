import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import { copyOrgs, follow, id, linesOf } from '../../../support/copy-orgs.ts';
import { circle, held } from '../../../support/held-circle.ts';
import { writeLookupSchema } from '../../../support/lookup-graphs.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('a record whose parent is loaded later, and is not in the copy, is held before it is sent where the plan says so', async () => {
  const orgs = await circle();
  const status = await orgs.copy(held);
  expect(status.surveys[0]).toMatchObject({
    held: 1,
    heldReasons: [{ reason: 'PARENT_NOT_COPIED', field: 'B__c', count: 1 }],
    levels: [2],
    later: { B__c: 2 },
  });
  expect(status.totals).toEqual({ sent: 3, successful: 3, failed: 0, unprocessed: 0, held: 1 });
  expect((await orgs.target.records('A__c')).map(({ Name }) => Name)).toEqual(['A 1', 'A 2']);
  expect(await linesOf(join(status.plan.resultsDir, 'A__c-held-records.csv'))).toEqual([
    expect.stringMatching(/^a0ASr0000000000\w{3},PARENT_NOT_COPIED,B__c,a0BSr0000000000\w{3}$/),
  ]);
});

test('so it is by a retry', async () => {
  const orgs = await circle();
  const { runId } = await orgs.copy(held);
  const { totals } = await resumeCopy({ runId }, { ...follow(), isRetry: true }, orgs.contexts);
  expect(totals).toMatchObject({ successful: 3, failed: 0, held: 1 });
  expect(await orgs.target.records('A__c')).toHaveLength(2);
});

test('and where its parent is of its own object, and other parents come at the end', async () => {
  const schema = join(await tempFolder(), 'schema.json');
  await writeLookupSchema(
    schema,
    ['A__c'],
    [
      { field: 'One__c', from: 'A__c', to: 'A__c', isRequired: false },
      { field: 'Two__c', from: 'A__c', to: 'A__c', isRequired: false },
    ],
  );
  const orgs = await copyOrgs(
    {
      A__c: [
        { Id: id('a0A', 0), Name: 'gone' },
        { Id: id('a0A', 1), Name: 'one', One__c: id('a0A', 2), Two__c: id('a0A', 0) },
        { Id: id('a0A', 2), Name: 'two', One__c: id('a0A', 1) },
      ],
    },
    { source: { schema: [schema] }, target: { schema: [schema] } },
  );
  const lookups = { Two__c: { missing: 'hold' as const } };
  const status = await orgs.copy({ objects: [{ object: 'A__c', where: "Name != 'gone'", lookups }] });
  expect(status.surveys[0]).toMatchObject({ held: 1, levels: [1] });
  expect((await orgs.target.records('A__c')).map(({ Name }) => Name)).toEqual(['two']);
});
