import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrgDoor } from '../../local-org/index.ts';
import { id } from '../support/copy-orgs.ts';
import { prefixOf, writeLookupSchema, type Lookup } from '../support/lookup-graphs.ts';
import { openTwoOrgs, type TwoOrgs } from '../support/two-orgs.ts';
import { tempDir } from './temp-dir.ts';
import { endsWith, unless, type CaseResult, type CopyCase } from './case.ts';
import { copyArgs, graphResult, reportOf } from './records.ts';

const depth = 12;

/** 5: deep hierarchies, loops of records, circles of objects, and circles that nothing can load. */
export default {
  title: `a hierarchy ${depth} deep, a loop of records, a circle of objects; a required circle is refused`,
  async run() {
    const results = [await chainAndLoop(), await circle(false), await circle(true)];
    return {
      figures: results.flatMap(({ figures }) => figures),
      problems: results.flatMap(({ problems }) => problems),
    };
  },
} satisfies CopyCase;

async function chainAndLoop(): Promise<CaseResult> {
  const chain = [null, ...Array.from({ length: depth - 1 }, (_, index) => index)];
  const loop = [depth + 1, depth + 2, depth];
  const records = [...chain, ...loop].map((parent, index) => ({
    Id: id('a00', index),
    Name: `Shipment ${index}`,
    Part_Of__c: parent === null ? null : id('a00', parent),
  }));
  await using temp = await tempDir();
  const seed = join(temp.path, 'seed.json');
  await writeFile(seed, JSON.stringify({ Shipment__c: records }));
  await using orgs = await openTwoOrgs({ source: { seed: [seed] } });
  const ran = endsWith(0, await orgs.sf(...copyArgs('-s', 'Shipment__c'), '--results-dir', 'copied'));
  const steps = reportOf(ran).steps.length;
  const graph = await graphResult(orgs, { Shipment__c: ['Name', 'Part_Of__r.Name'] });
  return {
    figures: [['steps of the hierarchy and the loop', steps], ...graph.figures],
    problems: graph.problems,
  };
}

async function circle(isRequired: boolean): Promise<CaseResult> {
  await using temp = await tempDir();
  await using orgs = await circleOrgs(temp.path, isRequired);
  const args = copyArgs('-s', 'A__c', '-s', 'B__c');
  if (isRequired) {
    endsWith(2, await orgs.sf(...args));
    const requests = (await changing(orgs.source)) + (await changing(orgs.target));
    return {
      figures: [['requests that change anything, of a required circle', requests]],
      problems: unless(requests === 0, 'a required circle was not refused before anything was sent'),
    };
  }
  endsWith(0, await orgs.sf(...args, '--results-dir', 'copied'));
  return await graphResult(orgs, { A__c: ['Name', 'B__r.Name'], B__c: ['Name', 'A__r.Name'] });
}

async function circleOrgs(folder: string, isRequired: boolean): Promise<TwoOrgs> {
  const schema = join(folder, 'schema.json');
  const seed = join(folder, 'seed.json');
  const lookups: Lookup[] = [
    { field: 'B__c', from: 'A__c', to: 'B__c', isRequired },
    { field: 'A__c', from: 'B__c', to: 'A__c', isRequired },
  ];
  await writeLookupSchema(schema, ['A__c', 'B__c'], lookups);
  const records = Object.fromEntries(
    lookups.map(({ field, from, to }) => [
      from,
      Array.from({ length: 9 }, (_, index) => ({
        Id: id(prefixOf(from), index),
        Name: `${from} ${index}`,
        [field]: id(prefixOf(to), (index + 1) % 9),
      })),
    ]),
  );
  await writeFile(seed, JSON.stringify(records));
  return openTwoOrgs({ source: { schema: [schema], seed: [seed] }, target: { schema: [schema] } });
}

/** Requests that create or change something in an org. */
async function changing(org: OrgDoor): Promise<number> {
  const { requests } = await org.counters();
  return Object.entries(requests).reduce(
    (sum, [name, times]) => sum + (/^(?:ingest|collections|query)\.(?!info|list)/.test(name) ? times : 0),
    0,
  );
}
