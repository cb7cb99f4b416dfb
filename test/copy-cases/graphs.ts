import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { OrgDoor } from '../../local-org/index.ts';
import { id } from '../support/copy-orgs.ts';
import {
  graphObjects,
  hasRequiredCircle,
  lookupGraphs,
  prefixOf,
  writeLookupSchema,
  type Lookup,
} from '../support/lookup-graphs.ts';
import { openTwoOrgs } from '../support/two-orgs.ts';
import { endsWith, unless, type CopyCase } from './case.ts';
import { copyArgs, reportOf } from './records.ts';
import { tempDir } from './temp-dir.ts';

const recordsOfEach = 12;

/** 10: each lookup of a random graph is satisfied, deferred or refused, and the records say which. */
export default {
  title:
    'random graphs of lookups: each is copied with all its links, or refused because of a required circle',
  async run({ graphs, seed }) {
    const figures = { copied: 0, refused: 0, deferred: 0, records: 0 };
    const problems: string[] = [];
    for (const graph of fc.sample(lookupGraphs, { numRuns: graphs, seed })) {
      // A required lookup to the own object has no first record.
      const lookups = graph.map((each) => (each.from === each.to ? { ...each, isRequired: false } : each));
      const outcome = await copyGraph(lookups);
      figures[outcome.isRefused ? 'refused' : 'copied'] += 1;
      figures.deferred += outcome.deferred;
      figures.records += outcome.records;
      problems.push(...outcome.problems.map((each) => `${each}: ${JSON.stringify(lookups)}`));
    }
    return { figures: [['seed', seed], ...Object.entries(figures)], problems };
  },
} satisfies CopyCase;

async function copyGraph(lookups: readonly Lookup[]) {
  const isRefused = hasRequiredCircle(graphObjects, lookups);
  await using temp = await tempDir();
  const schema = join(temp.path, 'schema.json');
  const seed = join(temp.path, 'seed.json');
  await writeLookupSchema(schema, graphObjects, lookups);
  await writeFile(seed, JSON.stringify(recordsOf(lookups)));
  await using orgs = await openTwoOrgs({
    source: { schema: [schema], seed: [seed] },
    target: { schema: [schema] },
  });
  const args = copyArgs(...graphObjects.flatMap((object) => ['-s', object]));
  const ran = await orgs.sf(...args, '--results-dir', 'copied');
  if (isRefused) {
    const isRight = ran.code === 2;
    const problems = isRight ? [] : [`a required circle ended with ${ran.code}`];
    return { isRefused, deferred: 0, records: 0, problems };
  }
  const report = reportOf(endsWith(0, ran));
  const [source, target] = await Promise.all([orgs.source, orgs.target].map((org) => linksOf(org, lookups)));
  const problems = unless(source?.join() === target?.join(), 'the orgs differ');
  const deferred = report.objects.reduce(
    (sum, { laterLookups }) => sum + Object.keys(laterLookups).length,
    0,
  );
  return { isRefused, deferred, records: report.successfulRecords, problems };
}

/** Each record with the names of its parents. */
async function linksOf(org: OrgDoor, lookups: readonly Lookup[]): Promise<string[]> {
  const all = await Promise.all(graphObjects.map((object) => org.records(object)));
  const names = new Map(all.flat().map(({ Id, Name }) => [Id, Name]));
  return all
    .flatMap((records, at) => {
      const fields = lookups.filter(({ from }) => from === graphObjects[at]).map(({ field }) => field);
      return records.map((record) =>
        [record.Name, ...fields.map((field) => names.get(record[field]))].join(' '),
      );
    })
    .sort();
}

/** Records whose parents are anywhere; one of three has none where it may. */
function recordsOf(lookups: readonly Lookup[]): Record<string, object[]> {
  const parentOf = ({ field, to, isRequired }: Lookup, index: number): string | null => {
    const at = (index * 7 + Number(/\d+/.exec(field)?.[0])) % recordsOfEach;
    return !isRequired && (index + at) % 3 === 0 ? null : id(prefixOf(to), at);
  };
  const records = graphObjects.map((object) => {
    const own = lookups.filter(({ from }) => from === object);
    const rows = Array.from({ length: recordsOfEach }, (_, index) => ({
      Id: id(prefixOf(object), index),
      Name: `${object} ${index}`,
      ...Object.fromEntries(own.map((each) => [each.field, parentOf(each, index)])),
    }));
    return [object, rows] as const;
  });
  return Object.fromEntries(records);
}
