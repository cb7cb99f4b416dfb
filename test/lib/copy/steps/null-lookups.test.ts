import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import { openPlanFiles } from '../../../../src/lib/copy/source/file-source.js';
import { parsePlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { resolvePlan } from '../../../../src/lib/copy/plan/resolve-plan.js';
import { copyOrgs, follow, planOrg, type CopyOrgs } from '../../../support/copy-orgs.ts';

/** Loads accounts by a key from a file with these rows. */
async function load({ contexts, folder, target: org }: CopyOrgs, key: string, rows: readonly string[]) {
  const text = ['External_Id__c,Name,Site,ParentId', ...rows].join('\n');
  await writeFile(join(folder, 'accounts.csv'), `${text}\n`);
  const lookups = '{ ParentId: { of: Account, by: External_Id__c } }';
  const account = `{ object: Account, file: accounts.csv, key: [${key}], lookups: ${lookups} }`;
  const file = parsePlanFile(`version: 1\nobjects: [${account}]`, 'plan.yaml');
  const target = planOrg(contexts.target);
  const { source, files } = await openPlanFiles(file, {
    folder,
    target,
    store: contexts.target.store,
    signal: undefined,
  });
  const plan = {
    objects: await resolvePlan(file, { source, target }, { files }),
    resultsDir: join(folder, `results-${rows.join('').replaceAll(/\W/g, '')}`),
    concurrency: 1,
    retries: 0,
    isAgreed: true,
  };
  const { totals } = await startCopy(plan, follow(), { target: contexts.target });
  expect(totals).toMatchObject({ successful: rows.length, failed: 0, held: 0 });
  const records = await org.records('Account');
  const nameOf = new Map(records.map(({ Id, Name }) => [Id, Name]));
  const parents: Record<string, unknown> = {};
  for (const { Name, Site, ParentId } of records)
    parents[String(Name)] = [Site, nameOf.get(ParentId ?? null) ?? null];
  return parents;
}

test.each(['External_Id__c', 'Name'])(
  '#N/A in a file clears fields and lookups of records that the target has, an empty cell leaves them, and new records have none (by %s)',
  async (key) => {
    const orgs = await copyOrgs({});
    const top = 'E0,Top,here,';
    expect(await load(orgs, key, [top, 'E1,Below,there,E0'])).toEqual({
      Top: ['here', null],
      Below: ['there', 'Top'],
    });
    expect(await load(orgs, key, [top, 'E1,Below,,'])).toMatchObject({ Below: ['there', 'Top'] });
    expect(await load(orgs, key, [top, 'E1,Below,#N/A,#N/A', 'E2,New,#N/A,#N/A'])).toEqual({
      Top: ['here', null],
      Below: [null, null],
      New: [null, null],
    });
  },
);
