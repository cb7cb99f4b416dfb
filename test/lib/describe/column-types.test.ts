import { describe, expect, it, vi } from 'vitest';

import type { DescribeField, SObjectDescribe } from '../../../src/lib/api/types.js';
import { columnTypes, describeColumnTypes } from '../../../src/lib/describe/column-types.js';

function field(
  name: string,
  type: string,
  relationshipName: string | null = null,
  referenceTo: string[] = [],
): DescribeField {
  return {
    name,
    type,
    relationshipName,
    referenceTo,
    label: name,
    length: 0,
    custom: false,
    createable: true,
    updateable: true,
    nillable: true,
    defaultedOnCreate: false,
    externalId: false,
    idLookup: false,
  };
}

function describeOf(name: string, fields: DescribeField[]): SObjectDescribe {
  return { name, label: name, keyPrefix: null, fields };
}

const describes: Readonly<Record<string, SObjectDescribe>> = {
  Contact: describeOf('Contact', [
    field('Id', 'id'),
    field('Birthdate', 'date'),
    field('CreatedDate', 'datetime'),
    field('HasOptedOut', 'boolean'),
    field('Level__c', 'int'),
    field('Big__c', 'long'),
    field('Start__c', 'time'),
    field('AccountId', 'reference', 'Account', ['Account']),
    field('OwnerId', 'reference', 'Owner', ['Group', 'User']),
  ]),
  Account: describeOf('Account', [
    field('AnnualRevenue', 'currency'),
    field('Share__c', 'percent'),
    field('Score__c', 'double'),
    field('Parent__c', 'reference', 'Parent__r', ['Account']),
  ]),
};

const cases = [
  ['Id', 'string'],
  ['birthdate', 'date'],
  ['CreatedDate', 'datetime'],
  ['HasOptedOut', 'boolean'],
  ['Level__c', 'int'],
  ['Big__c', 'long'],
  ['Start__c', 'string'],
  ['Account.AnnualRevenue', 'double'],
  ['ACCOUNT.PARENT__R.score__C', 'double'],
  ['Account.Parent__r.Parent__r.Share__c', 'double'],
  ['Owner.Name', 'string'],
  ['Owner.IsActive', 'boolean'],
  ['Owner.LastViewedDate', 'datetime'],
  ['Account.Nothing', 'string'],
  ['Nothing.Name', 'string'],
  ['Nothing', 'string'],
  ['', 'string'],
] as const;

describe('columnTypes', () => {
  it.each(cases)('%s is a %s', (column, kind) => {
    expect(columnTypes([column], (object) => describes[object], 'Contact')).toEqual([kind]);
  });

  it('has strings where there is no describe result', () => {
    expect(columnTypes(['CreatedDate', 'Account.AnnualRevenue'], () => undefined, 'Contact')).toEqual([
      'string',
      'string',
    ]);
  });
});

describe('describeColumnTypes', () => {
  it('asks for the objects that the columns lead to, each once', async () => {
    const describe = vi.fn((object: string) => Promise.resolve(describes[object]!));
    const columns = cases.map(([column]) => column);
    expect(await describeColumnTypes(columns, describe, 'Contact')).toEqual(cases.map(([, kind]) => kind));
    expect(describe.mock.calls).toEqual([['Contact'], ['Account']]);
  });

  it('fails as the describe call fails', async () => {
    const describe = (): Promise<SObjectDescribe> => Promise.reject(new Error('no access'));
    await expect(describeColumnTypes(['Id'], describe, 'Contact')).rejects.toThrow('no access');
  });
});
