import { expect, test } from 'vitest';
import { copyReport } from '../../../../src/cli/copy/copy-report.js';
import { filledLines } from '../../../../src/cli/filled-text.js';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyStatus } from '../../../../src/lib/copy/model/status.js';
import { copyOrgs, failing, follow, id, links } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { circleSchema } from '../../../support/held-circle.ts';

/** Six records of A__c and four of B__c that refer to each other; `A__c.B__c` is filled at the end. */
async function circle() {
  const schema = await circleSchema();
  const records = (letter: string, count: number, parentOf: (next: number) => Record<string, string>) =>
    Array.from({ length: count }, (_, index) => ({
      Id: id(`a0${letter}`, index),
      Name: `${letter} ${index}`,
      ...parentOf(index + 1),
    }));
  return copyOrgs(
    {
      A__c: records('A', 6, (next) => ({ B__c: id('a0B', next % 4) })),
      B__c: records('B', 4, (next) => ({ A__c: id('a0A', next % 6) })),
    },
    { source: { schema: [schema] }, target: { schema: [schema] } },
  );
}

const withoutB0 = { object: 'B__c', where: "Name != 'B 0'" };
const reportOf = (status: CopyStatus) => copyReport(status, { apiRequests: 0, elapsedMs: 0 }).objects[0];

test('a lookup whose parent is not copied does not count as filled at the end', async () => {
  const orgs = await circle();
  const status = await orgs.copy({ objects: [{ object: 'A__c' }, withoutB0] });
  expect(status.surveys[0]).toMatchObject({ later: { B__c: 5 }, laterRows: 5, cleared: { B__c: 1 } });
  expect(status.totals).toEqual({ sent: 9, successful: 9, failed: 0, unprocessed: 0, held: 0 });
  expect(reportOf(status)).toMatchObject({ laterLookups: { B__c: 5 }, filledLookups: { B__c: 5 } });
  expect(filledLines(status)).toEqual(['A__c.B__c: filled at the end in 5 of 5 records.']);
});

test('one whose parent fails counts as not filled, until a retry has sent the parent', async () => {
  const orgs = await circle();
  await orgs.target.faults.add(failing('Name', ['B 2']));
  const first = await orgs.copy({ objects: [{ object: 'A__c' }, withoutB0] });
  expect(first.totals).toMatchObject({ successful: 6, failed: 1, held: 2 });
  expect(reportOf(first)).toMatchObject({ laterLookups: { B__c: 5 }, filledLookups: { B__c: 3 } });
  expect(filledLines(first)).toEqual(['A__c.B__c: filled at the end in 3 of 5 records.']);
  await orgs.target.faults.clear();
  const second = await resumeCopy(first, { ...follow(), isRetry: true }, orgs.contexts);
  expect(filledLines(second)).toEqual(['A__c.B__c: filled at the end in 5 of 5 records.']);
  expect(await links(orgs.target, 'A__c', 'B__c', 'B__c')).toEqual({
    ...(await links(orgs.source, 'A__c', 'B__c', 'B__c')),
    'A 3': null,
  });
});

test('it is known before anything is sent which of them can not be filled, and why', async () => {
  const orgs = await circle();
  const status = await orgs.copy({
    objects: [
      { object: 'A__c', where: "Name != 'A 1'" },
      { object: 'B__c', lookups: { A__c: { missing: 'hold' } } },
    ],
  });
  expect(status.surveys[0]).toMatchObject({
    later: { B__c: 4 },
    cleared: {},
    laterHeld: [{ reason: 'PARENT_HELD_OR_FAILED', field: 'B__c', count: 1 }],
  });
  expect(status.totals).toMatchObject({ successful: 7, held: 2 });
});

test('a parent that must not be missing stops the copy before it sends anything, also where its lookup comes later', async () => {
  const orgs = await circle();
  const file = { objects: [{ object: 'A__c', lookups: { B__c: { missing: 'fail' as const } } }, withoutB0] };
  expect((await failureOf(orgs.copy(file))).message).toMatch(/^B__c of A__c a0A\w{15} refers to/);
  expect(await orgs.target.jobs()).toEqual([]);
});
