import { createReadStream } from 'node:fs';
import { recordsById, restApi } from '../../api/rest.js';
import { readRows } from '../../csv/read-rows.js';
import { isSameTime, valueAt } from '../../describe/rest-values.js';
import type { RunContext } from '../../run/context.js';
import type { Part } from '../../run/record.js';
import type { LoadWork } from '../model/work.js';

/** Has the id of each record of a change by query and when it was last modified, in the order of the rows, as CSV. */
export function stampsPathOf(runId: string, { store }: Pick<RunContext, 'store'>): string {
  return store.pathFor(runId, 'stamps.csv');
}

/** The first line of that file. */
export const stampsHeader = 'Id,Stamp\n';

/** @param stamp as the org tells it; null where it tells none */
export function stampLine(id: string, stamp: unknown): string {
  return `${id},${textOf(stamp)}\n`;
}

/** Two queries of about 500 ids each fit into an address, twice. */
const idsAtOnce = 2_000;

/**
 * Asks the org for the records of some parts.
 * @returns the rows, counted from 1, of those that somebody has modified since the change found them; records that are
 *   gone are not among them
 */
export async function modifiedRows(
  { runId, journal, api, context, signal }: LoadWork,
  parts: readonly Part[],
): Promise<ReadonlySet<number>> {
  const [{ object, stampField }] = journal.rounds;
  const modified = new Set<number>();
  if (stampField === undefined || parts.length === 0) return modified;
  const rest = restApi(api, signal);
  for await (const found of chunksOf(stampsPathOf(runId, context), parts)) {
    const now = await recordsById(rest, { object, fields: [stampField], ids: [...found.keys()] });
    for (const record of now) {
      const was = found.get(textOf(valueAt(record, 'Id')));
      if (was !== undefined && !isSameTime(was.stamp, textOf(valueAt(record, stampField))))
        modified.add(was.row);
    }
  }
  return modified;
}

type FoundRecord = { readonly row: number; readonly stamp: string };

/** The records of these parts by their ids, some at a time. */
async function* chunksOf(
  path: string,
  parts: readonly Part[],
): AsyncGenerator<ReadonlyMap<string, FoundRecord>> {
  // What a query has found is one source.
  const wanted = parts.flatMap(({ segments }) => segments);
  let chunk = new Map<string, FoundRecord>();
  let row = 0;
  let next = 0;
  for await (const { Id = '', Stamp = '' } of readRows(createReadStream(path), ',')) {
    row += 1;
    while (next < wanted.length && row >= endOf(wanted[next])) next += 1;
    if (row < (wanted[next]?.firstRow ?? Number.POSITIVE_INFINITY)) continue;
    chunk.set(Id, { row, stamp: Stamp });
    if (chunk.size < idsAtOnce) continue;
    yield chunk;
    chunk = new Map();
  }
  if (chunk.size > 0) yield chunk;
}

/** The number of the first row behind a segment. */
function endOf(segment: Part['segments'][number] | undefined): number {
  return segment === undefined ? 0 : segment.firstRow + segment.rows;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
