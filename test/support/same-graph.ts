import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { parse } from 'csv-parse';
import type { TwoOrgs } from './two-orgs.ts';

/** By object, the fields that say which record it is, the first one alone, and which its parents are: keys, never ids. */
export type GraphFields = Readonly<Record<string, readonly string[]>>;

/** How an object's records in both orgs compare. */
export type Compared = {
  readonly object: string;
  readonly inSource: number;
  readonly inTarget: number;
  /** Records that are not in both orgs with the same values and parents. */
  readonly different: number;
};

/**
 * Compares what both orgs hold by keys: each record with the keys of its parents, as the orgs themselves resolve them.
 * In constant memory: records are in buckets by their keys, whose sums have to be equal. So `different` is a lower bound
 * where there are many, and 0 only if nothing differs.
 */
export async function compareGraphs(orgs: TwoOrgs, fields: GraphFields): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const [object, names] of Object.entries(fields)) {
    const source = await readSide(orgs, 'source', object, names);
    const target = await readSide(orgs, 'target', object, names);
    const different = source.sums.reduce((count, sum, at) => count + (sum === target.sums[at] ? 0 : 1), 0);
    compared.push({ object, inSource: source.rows, inTarget: target.rows, different });
  }
  return compared;
}

const buckets = 2 ** 20;

async function readSide(orgs: TwoOrgs, alias: string, object: string, names: readonly string[]) {
  const path = orgs.file(`${alias}-${object}.csv`);
  const soql = `SELECT ${names.join(', ')} FROM ${object}`;
  const { code, stderr } = await orgs.sf(
    ...['query', '--query', soql, '--output-file', path, '--target-org', alias],
  );
  if (code !== 0) throw new Error(`${soql} of ${alias}: ${stderr}`);
  const sums = new BigUint64Array(buckets);
  let rows = 0;
  for await (const cells of createReadStream(path).pipe(parse({ from: 2 })) as AsyncIterable<string[]>) {
    const bucket = digestOf(cells[0] ?? '').readUInt32LE() % buckets;
    sums[bucket] = (sums[bucket] ?? 0n) + digestOf(JSON.stringify(cells)).readBigUInt64LE();
    rows += 1;
  }
  await rm(path);
  return { rows, sums };
}

function digestOf(text: string): Buffer {
  return hash('sha1', text, 'buffer');
}
