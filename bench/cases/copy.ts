import type { Benchmark } from '../benchmark.ts';
import { accountRecords, insertRelated, keyOf, relatedCopy, type Related } from '../related.ts';

const accounts = 33_000;
const accountOf = (contact: number): number => contact % accounts;

const objects: readonly Related[] = [
  accountRecords(accounts),
  {
    object: 'Contact',
    rows: 2 * accounts,
    header: 'External_Id__c,LastName,Account.External_Id__c',
    cells: (row) => `Name ${row % 977},${keyOf('Account', accountOf(row))}`,
    parents: [{ field: 'AccountId', object: 'Account', of: accountOf }],
  },
];

export default {
  title: '33,000 accounts and their 66,000 contacts copied from one org to another',
  org: {},
  rounds: 1,
  isLong: true,
  bars: [{ of: 'sf bulk2 copy', figure: 'memory', most: 250 }],
  prepare: async (stage) => {
    await insertRelated(stage, objects);
    return [await relatedCopy(stage, objects)];
  },
} satisfies Benchmark;
