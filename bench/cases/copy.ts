import { writeFile } from 'node:fs/promises';
import type { OrgDoor } from '../../local-org/index.ts';
import type { Benchmark } from '../benchmark.ts';
import { measure } from '../measure.ts';
import type { Stage } from '../stage.ts';

const accounts = 33_000;
const contacts = 2 * accounts;

export default {
  title: '33,000 accounts and their 66,000 contacts copied from one org to another',
  org: {},
  rounds: 1,
  isLong: true,
  bars: [{ of: 'sf bulk2 copy', figure: 'memory', most: 250 }],
  prepare: async (stage) => {
    await insert(stage, 'Account', [
      'External_Id__c,Name',
      accounts,
      (row) => `A-${row},Account ${row % 977}`,
    ]);
    const contact = (row: number): string => `C-${row},Name ${row % 977},${keyOfAccount(row)}`;
    await insert(stage, 'Contact', ['External_Id__c,LastName,Account.External_Id__c', contacts, contact]);
    const target = await stage.addOrg('target');
    const from = ['bulk2', 'copy', '-s', 'Account', '-s', 'Contact', '--source-org', stage.org.username];
    const command = stage.sf([...from, '--target-org', 'target', '--no-prompt', '--results-dir', 'copied']);
    return [{ name: 'sf bulk2 copy', command, check: () => wrongLinks(target) }];
  },
} satisfies Benchmark;

function keyOfAccount(contact: number): string {
  return `A-${contact % accounts}`;
}

type Rows = readonly [header: string, rows: number, line: (row: number) => string];

async function insert(stage: Stage, object: string, [header, rows, line]: Rows): Promise<void> {
  const text = Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join('');
  await writeFile(stage.file(`${object}.csv`), `${header}\n${text}`);
  await measure(stage.sf(['bulk2', 'insert', '--file', `${object}.csv`, '-s', object, '--results-dir', '.']));
}

async function wrongLinks(target: OrgDoor): Promise<string | undefined> {
  const keys = new Map((await target.records('Account')).map((each) => [each.Id, each.External_Id__c]));
  const copied = await target.records('Contact');
  if (keys.size !== accounts || copied.length !== contacts)
    return `${keys.size} accounts and ${copied.length} contacts`;
  const wrong = copied.filter(({ External_Id__c: own, AccountId }) => {
    return keys.get(AccountId) !== keyOfAccount(Number(String(own).slice(2)));
  });
  return wrong.length === 0 ? undefined : `${wrong.length} contacts with a wrong account`;
}
