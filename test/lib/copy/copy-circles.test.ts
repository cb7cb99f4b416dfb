import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import type { Org } from '../../../local-org/index.ts';
import { copyOrgs, id, links, type CopyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';
import { writeLookupSchema } from '../../support/lookup-graphs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('records that refer to records of their own object', () => {
  const shipments = (parents: ReadonlyArray<number | null>) =>
    parents.map((parent, index) => ({
      Id: id('a00', index),
      Name: `Shipment ${index}`,
      Part_Of__c: parent === null ? null : id('a00', parent),
    }));
  const shipmentPlan = { objects: [{ object: 'Shipment__c' }] };

  test('are loaded level by level', async () => {
    const orgs = await copyOrgs({ Shipment__c: shipments([2, null, 1, 2, null]) });
    const status = await orgs.copy(shipmentPlan);
    expect(status.steps.map(({ kind, level, counts }) => [kind, level, counts?.sent])).toEqual([
      ['load', 0, 2],
      ['load', 1, 1],
      ['load', 2, 2],
    ]);
    const of = (org: Org) => links(org, 'Shipment__c', 'Part_Of__c', 'Shipment__c');
    expect(await of(orgs.target)).toEqual(await of(orgs.source));
  });

  test('get their parents by an update where they are in a circle, or very deep', async () => {
    const chain = [null, ...Array.from({ length: 14 }, (_, index) => index)];
    const orgs = await copyOrgs({ Shipment__c: shipments([...chain, 16, 15, 17]) });
    const status = await orgs.copy(shipmentPlan);
    const update = status.steps.at(-1);
    expect([update?.kind, update?.counts?.successful]).toEqual(['later', 7]);
    const of = (org: Org) => links(org, 'Shipment__c', 'Part_Of__c', 'Shipment__c');
    expect(await of(orgs.target)).toEqual(await of(orgs.source));
  });
});

describe('objects that refer to each other', () => {
  test('get the lookup that was left out by an update', async () => {
    const orgs = await circleOrgs();
    const status = await orgs.copy({ objects: [{ object: 'A__c' }, { object: 'B__c' }] });
    expect(status.steps.map(({ object, kind, counts }) => [object, kind, counts?.successful])).toEqual([
      ['A__c', 'load', 6],
      ['B__c', 'load', 4],
      ['A__c', 'later', 6],
    ]);
    for (const [child, field, parent] of [
      ['A__c', 'B__c', 'B__c'],
      ['B__c', 'A__c', 'A__c'],
    ] as const)
      expect(await links(orgs.target, child, field, parent)).toEqual(
        await links(orgs.source, child, field, parent),
      );
  });

  test('are refused before anything is sent where both lookups are required', async () => {
    const orgs = await circleOrgs(true);
    const failure = await failureOf(orgs.copy({ objects: [{ object: 'A__c' }, { object: 'B__c' }] }));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toMatch(/A__c\.B__c \(B__c\), B__c\.A__c \(A__c\)/);
    expect((await orgs.source.jobs()).length + (await orgs.target.jobs()).length).toBe(0);
  });

  async function circleOrgs(isRequired = false): Promise<CopyOrgs> {
    const schema = join(await tempFolder(), 'schema.json');
    await writeLookupSchema(
      schema,
      ['A__c', 'B__c'],
      [
        { field: 'B__c', from: 'A__c', to: 'B__c', isRequired },
        { field: 'A__c', from: 'B__c', to: 'A__c', isRequired },
      ],
    );
    const records = (prefix: string, count: number, parentOf: (index: number) => Record<string, string>) =>
      Array.from({ length: count }, (_, index) => ({
        Id: id(prefix, index),
        Name: `${prefix} ${index}`,
        ...parentOf(index + 1),
      }));
    return copyOrgs(
      {
        A__c: records('a0A', 6, (next) => ({ B__c: id('a0B', next % 4) })),
        B__c: records('a0B', 4, (next) => ({ A__c: id('a0A', next % 6) })),
      },
      { source: { schema: [schema] }, target: { schema: [schema] } },
    );
  }
});
