import { describe, expect, test } from 'vitest';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, copyOrgs, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const type = (DeveloperName: string, more: object = {}) => ({
  SobjectType: 'Account',
  DeveloperName,
  ...more,
});

/** Accounts of a type that both orgs have, of its namesake in a package, of one that the target lacks, and of none. */
async function orgsWithTypes(): Promise<CopyOrgs> {
  const packaged = { NamespacePrefix: 'acme' };
  const orgs = await copyOrgs(
    {},
    {
      source: { recordTypes: [type('Old'), type('Partner'), type('Partner', packaged)] },
      target: {
        recordTypes: [
          type('Partner', packaged),
          type('Partner'),
          type('New'),
          type('Old', { IsActive: false }),
          { SobjectType: 'Case', DeveloperName: 'Old' },
        ],
      },
    },
  );
  const types = (await orgs.source.records('RecordType')).map(({ Id }) => Id ?? null);
  orgs.source.database.load(
    'Account',
    accounts(4).map((each, index) => ({ ...each, RecordTypeId: types[index] ?? '012000000000000AAA' })),
  );
  return orgs;
}

async function typesIn({ target }: CopyOrgs): Promise<Record<string, string>> {
  const names = new Map(
    (await target.records('RecordType')).map(({ Id, DeveloperName, NamespacePrefix }) => [
      Id,
      `${String(NamespacePrefix ?? '')}:${String(DeveloperName)}`,
    ]),
  );
  return Object.fromEntries(
    (await target.records('Account')).map((each) => [
      String(each.Name),
      names.get(each.RecordTypeId) ?? 'none',
    ]),
  );
}

const copied = (orgs: CopyOrgs, more: Partial<ObjectPlan> = {}) =>
  orgs.copy({ objects: [{ object: 'Account', ...more }] });

describe('record types', () => {
  test('are those of the same API name and namespace, or those that the plan names', async () => {
    const orgs = await orgsWithTypes();
    const status = await copied(orgs, { values: { RecordType: { Old: 'New' } } });
    expect(status.totals.successful).toBe(4);
    expect(await typesIn(orgs)).toEqual({
      'Account 0': ':New',
      'Account 1': ':Partner',
      'Account 2': 'acme:Partner',
      'Account 3': 'none',
    });
  });

  test('that the plan replaces and no record has are told', async () => {
    const orgs = await orgsWithTypes();
    const warnings: string[] = [];
    const events = new Events<CopyEvents>();
    events.on('warning', (text) => warnings.push(text));
    const RecordType = { Old: 'New', Unused: 'Partner' };
    orgs.source.database.load('RecordType', [type('Unused', { Name: 'Unused', IsActive: true })]);
    const objects = [{ object: 'Account', values: { RecordType } }];
    await orgs.copy({ objects }, { events });
    expect(warnings).toEqual([
      'No record of Account has these of the values that the plan replaces: RecordType "Unused". Upper and lower case count.',
    ]);
  });

  test('that the target lacks, or has no active one of, stop the copy with the way out', async () => {
    const orgs = await orgsWithTypes();
    const failure = await failureOf(copied(orgs));
    expect(failure.message).toBe("The target doesn't have these record types of Account: Old (1 record).");
    expect((failure as { actions?: string[] }).actions?.[0]).toBe(
      'Say in a plan which ones to use instead (--write-plan makes one): values: { RecordType: { Old: … } } of Account.',
    );
    expect(await orgs.target.jobs()).toEqual([]);
  });

  test('that the target lacks are left empty where the plan says so, and counted', async () => {
    const orgs = await orgsWithTypes();
    const status = await copied(orgs, { lookups: { RecordTypeId: { missing: 'clear' } } });
    expect(status.surveys[0]).toMatchObject({ unmatched: { RecordTypeId: 1 }, cleared: { RecordTypeId: 1 } });
    expect(await typesIn(orgs)).toMatchObject({ 'Account 0': 'none', 'Account 1': ':Partner' });
  });

  test('that a plan names and nobody has refuse it, with the names that were meant', async () => {
    const orgs = await orgsWithTypes();
    const failure = await failureOf(copied(orgs, { values: { RecordType: { Old: 'Parner', Olt: 'New' } } }));
    expect(failure.message).toBe(
      'Account: the target has no active record type "Parner". Did you mean "Partner".\n' +
        'Account: the source has no active record type "Olt". Did you mean "Old".',
    );
    expect(await orgs.source.jobs()).toEqual([]);
  });
});
