import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { id } from '../support/copy-orgs.ts';
import { openTwoOrgs } from '../support/two-orgs.ts';
import { endsWith, unless, type CaseResult, type CopyCase, type Sizes } from './case.ts';
import { copyArgs, graphResult } from './records.ts';
import { tempDir } from './temp-dir.ts';

/** 6: results are paired with rows by content, and one that can't be stops the copy before its children. */
export default {
  title: 'rows that are alike, values that the org writes in another way, and one result that fits no row',
  async run(sizes) {
    const results = [await allAlike(sizes), await rewritten(), await unpairable()];
    return {
      figures: results.flatMap(({ figures }) => figures),
      problems: results.flatMap(({ problems }) => problems),
    };
  },
} satisfies CopyCase;

async function allAlike({ rows }: Pick<Sizes, 'rows'>): Promise<CaseResult> {
  const same = Array.from({ length: rows }, (_, at) => ({ Id: id('001', at), Name: 'Same' }));
  const children = Array.from({ length: rows }, (_, at) => ({
    LastName: `C ${at}`,
    AccountId: id('001', at),
  }));
  await using temp = await tempDir();
  const seed = join(temp.path, 'seed.json');
  await writeFile(seed, JSON.stringify({ Account: same, Contact: children }));
  await using orgs = await openTwoOrgs({ source: { seed: [seed] } });
  endsWith(0, await orgs.sf(...copyArgs('-s', 'Contact', '-s', 'Account'), '--results-dir', 'copied'));
  const parents = new Set((await orgs.target.records('Contact')).map(({ AccountId }) => AccountId));
  const copies = (await orgs.target.records('Account')).length;
  return {
    figures: [['alike, copied, parents that have one child each', `${rows}, ${copies}, ${parents.size}`]],
    problems: unless(copies === rows && parents.size === rows, 'rows that are alike were mixed up'),
  };
}

async function rewritten(): Promise<CaseResult> {
  const rows = Array.from({ length: 3000 }, (_, at) => ({
    Id: id('a00', at),
    Name: `Shipment ${at}`,
    Weight_Kg__c: at / 8,
    Freight_Cost__c: at * 1_000_000,
    Delivered_At__c: `2026-01-0${(at % 9) + 1}T10:11:12.000+0000`,
    Notes__c: ['two\r\nlines', `007,"${at}"`, 'tab\there', '1.0'][at % 4],
    Part_Of__c: at < 10 ? null : id('a00', at % 10),
  }));
  await using temp = await tempDir();
  const seed = join(temp.path, 'seed.json');
  await writeFile(seed, JSON.stringify({ Shipment__c: rows }));
  await using orgs = await openTwoOrgs({ source: { seed: [seed] } });
  endsWith(0, await orgs.sf(...copyArgs('-s', 'Shipment__c'), '--results-dir', 'copied'));
  const values = ['Weight_Kg__c', 'Freight_Cost__c', 'Delivered_At__c', 'Notes__c', 'Part_Of__r.Name'];
  return await graphResult(orgs, { Shipment__c: ['Name', ...values] });
}

/** As if a trigger had changed the name. */
async function unpairable(): Promise<CaseResult> {
  await using temp = await tempDir();
  const seed = join(temp.path, 'seed.json');
  const account = { Id: id('001', 1), Name: 'Acme' };
  await writeFile(
    seed,
    JSON.stringify({ Account: [account], Contact: [{ LastName: 'C', AccountId: account.Id }] }),
  );
  await using orgs = await openTwoOrgs({ source: { seed: [seed] } });
  await orgs.target.faults.add({
    endpoint: 'ingest.results.successful',
    action: {
      kind: 'answer',
      status: 200,
      body: 'sf__Id,sf__Created,Name\n001Tg0000000001AAA,true,Changed\n',
      headers: { 'Content-Type': 'text/csv', 'Sforce-NumberOfRecords': '1' },
    },
  });
  const { stderr } = endsWith(1, await orgs.sf(...copyArgs('-s', 'Account', '-s', 'Contact')));
  const children = (await orgs.target.records('Contact')).length;
  return {
    figures: [['children sent after a result that fits no row', children]],
    problems: unless(children === 0, `children were sent: ${stderr}`),
  };
}
