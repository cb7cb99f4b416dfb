import type { Benchmark } from '../benchmark.ts';
import { accountRecords, insertRelated, keyOf, relatedCopy, type Related } from '../related.ts';

const accounts = 100_000;
const contacts = 300_000;
const others = 200_000;

const account = (row: number): number => row % accounts;
const contact = (row: number): number => (row * 7) % contacts;
const toAccount = { field: 'AccountId', object: 'Account', of: account };
const accountKey = (row: number): string => keyOf('Account', account(row));

const objects: readonly Related[] = [
  accountRecords(accounts),
  {
    object: 'Contact',
    rows: contacts,
    header: 'External_Id__c,LastName,Account.External_Id__c',
    cells: (row) => `Name ${row % 977},${accountKey(row)}`,
    parents: [toAccount],
  },
  {
    object: 'Opportunity',
    rows: others,
    header: 'External_Id__c,Name,StageName,CloseDate,Account.External_Id__c',
    cells: (row) => `Opportunity ${row % 977},Prospecting,2026-12-${10 + (row % 20)},${accountKey(row)}`,
    parents: [toAccount],
  },
  {
    object: 'Case',
    rows: others,
    header: 'External_Id__c,Subject,Account.External_Id__c,Contact.External_Id__c',
    cells: (row) => `Case ${row % 977},${accountKey(row)},${keyOf('Contact', contact(row))}`,
    parents: [toAccount, { field: 'ContactId', object: 'Contact', of: contact }],
  },
  {
    object: 'Lead',
    rows: others,
    header: 'External_Id__c,LastName,Company',
    cells: (row) => `Name ${row % 977},Company ${row % 97}`,
    parents: [],
  },
];

export default {
  title: '1,000,000 records of five related objects copied from one org to another',
  org: {},
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: [{ of: 'sf bulk2 copy', figure: 'memory', most: 250 }],
  prepare: async (stage) => {
    await insertRelated(stage, objects);
    return [await relatedCopy(stage, objects)];
  },
} satisfies Benchmark;
