import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import type { OrgDoor } from '../local-org/index.ts';

type Check = () => Promise<string | undefined>;

/** The records of an exported file, none of whose values has a newline: as many as were asked for, each once. */
export function hasRecords(path: string, format: 'csv' | 'json' | 'ndjson' | 'parquet', rows: number): Check {
  return async () => {
    if (format === 'parquet')
      return fault(Number((await parquetMetadataAsync(await asyncBufferFromFile(path))).num_rows), rows);
    const pattern = format === 'csv' ? /^"?(\w{18})"?,/gm : /"Id": ?"(\w{18})"/g;
    return fault(await countIds(path, pattern), rows);
  };
}

/** Counts ids that differ from the one before: the records of a table have rising ones. */
async function countIds(path: string, pattern: RegExp): Promise<number> {
  const ids = new Set<string>();
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const text = rest + String(chunk);
    const end = text.lastIndexOf('\n') === -1 ? Math.max(0, text.length - 4096) : text.lastIndexOf('\n') + 1;
    for (const [, id] of text.slice(0, end).matchAll(pattern)) if (id !== undefined) ids.add(id);
    rest = text.slice(end);
  }
  for (const [, id] of rest.matchAll(pattern)) if (id !== undefined) ids.add(id);
  return ids.size;
}

/** The rows that the jobs since the last check were given: those of one load, no more and no fewer. */
export function tookRows(org: OrgDoor, rows: number): Check {
  return async () => {
    const counted = seen.get(org) ?? new Set();
    seen.set(org, counted);
    const jobs = (await org.jobs()).filter(
      ({ id, kind, state }) => kind === 'ingest' && state === 'JobComplete' && !counted.has(id),
    );
    for (const { id } of jobs) counted.add(id);
    return fault(
      jobs.reduce((sum, { processed }) => sum + processed, 0),
      rows,
    );
  };
}

const seen = new WeakMap<OrgDoor, Set<string>>();

/** As {@link tookRows}, and a folder has the result of each. */
export function tookRowsWithResults(org: OrgDoor, rows: number, folder: string): Check {
  const took = tookRows(org, rows);
  return async () => {
    const found = await took();
    if (found !== undefined) return found;
    const files = (await readdir(folder)).filter((name) => name.endsWith('-success-records.csv'));
    return files.length > 0 ? undefined : 'no file of results';
  };
}

function fault(found: number, asked: number): string | undefined {
  return found === asked ? undefined : `${found.toLocaleString('en')} of ${asked.toLocaleString('en')} rows`;
}
