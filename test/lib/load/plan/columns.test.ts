import { describe, expect, test } from 'vitest';
import { planOf, uploadsOf } from './support.ts';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';

describe('columns of a load that is not checked', () => {
  test('go to the fields of their names, whatever those are', async () => {
    const { plan } = await planOf({ 'a.csv': 'Nonsense,Name\n1,a\n' });
    expect(plan.columns).toEqual(['Nonsense', 'Name']);
  });

  test('go to the fields that they are mapped to, and those that are left out are not sent', async () => {
    const mapping = parseMapRules(['Company=Name', 'Notes=']);
    const { plan } = await planOf({ 'a.csv': 'Notes,Company,Site\nx,a,1\n' }, { columns: { mapping } });
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\n']);
  });

  test('a mapping that only renames leaves the rows where they are', async () => {
    const mapping = parseMapRules(['Company=Name']);
    const { plan } = await planOf({ 'a.csv': 'Company,Site\na,1\n' }, { columns: { mapping } });
    expect(plan.sources[0]?.spooled).toBe(false);
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\n']);
  });

  test('an upsert without an external id is one by Id', async () => {
    const { plan } = await planOf({ 'a.csv': 'Id,Name\n001,a\n' }, { operation: 'upsert' });
    expect(plan.externalId).toBe('Id');
    const { plan: named } = await planOf(
      { 'a.csv': 'Key__c,Name\n1,a\n' },
      { operation: 'upsert', externalId: 'Key__c' },
    );
    expect(named.externalId).toBe('Key__c');
  });
});
