import { createReadStream } from 'node:fs';
import { ingestJobs } from '../../api/ingest-jobs.js';
import { recordsById } from '../../api/records-by-id.js';
import { restApi } from '../../api/rest.js';
import { readRows } from '../../csv/read-rows.js';
import { valueAt } from '../../describe/rest-values.js';
import { Bulk2Error } from '../../errors.js';
import type { RunContext } from '../../run/context.js';
import type { Part } from '../../run/record.js';
import { nameOfRun } from '../../run/store.js';
import type { PartState } from '../model/part-state.js';
import { infoUnlessGone, wasClosed } from './fence.js';
import type { LoadWork } from '../model/work.js';

/** Records that a change by query has found were modified before they were sent: new values of old ones would replace that. */
export class RecordsModifiedError extends Bulk2Error {}

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
const idsTold = 5;

/**
 * Makes sure that a resumed change by query replaces nothing that somebody has written since its records were found: a
 * job can't leave out a record, and its part is uploaded as it was planned. Asks the org for the records of parts that
 * nobody has closed.
 * @throws RecordsModifiedError nothing more was sent
 */
export async function requireUnmodified(work: LoadWork): Promise<void> {
  const { runId, journal, api, context, signal } = work;
  const [{ object, stampField }] = journal.rounds;
  if (stampField === undefined) return;
  const unsent = await unsentRows(work);
  if (unsent.length === 0) return;
  const rest = restApi(api, signal);
  const modified: string[] = [];
  for await (const stamps of chunksOf(stampsPathOf(runId, context), unsent)) {
    const now = await recordsById(rest, { object, fields: [stampField], ids: [...stamps.keys()] });
    for (const record of now) {
      const id = textOf(valueAt(record, 'Id'));
      if (!isSameTime(stamps.get(id), textOf(valueAt(record, stampField)))) modified.push(id);
    }
  }
  if (modified.length > 0) throw modifiedError(work, modified);
}

type Rows = { readonly from: number; readonly to: number };

/** The rows of parts that are still to be sent, counted from 1. */
async function unsentRows({ journal, api, signal }: LoadWork): Promise<Rows[]> {
  const [plan] = journal.rounds;
  const jobs = ingestJobs(api, signal, plan.object);
  const unsent: Rows[] = [];
  for (const part of plan.parts) {
    if (await isSettled(journal.states[part.index])) continue;
    unsent.push(...rowsOf(part));
  }
  return unsent;

  async function isSettled(state: PartState | undefined): Promise<boolean> {
    // A load that the org has refused creates no further job.
    if (state === undefined || state.kind === 'planned') return journal.halt !== undefined;
    if (state.kind === 'closed' || state.kind === 'ended') return true;
    const info = await infoUnlessGone(state.jobId, jobs);
    return info !== undefined && wasClosed(info);
  }
}

/** What a query has found is one source. */
function rowsOf({ segments }: Part): Rows[] {
  return segments.map(({ firstRow, rows }) => ({ from: firstRow, to: firstRow + rows - 1 }));
}

/** The stamps of those rows by id, some at a time. */
async function* chunksOf(path: string, wanted: readonly Rows[]): AsyncGenerator<ReadonlyMap<string, string>> {
  let chunk = new Map<string, string>();
  let row = 0;
  for await (const { Id = '', Stamp = '' } of readRows(createReadStream(path), ',')) {
    row += 1;
    if (!wanted.some(({ from, to }) => from <= row && row <= to)) continue;
    chunk.set(Id, Stamp);
    if (chunk.size < idsAtOnce) continue;
    yield chunk;
    chunk = new Map();
  }
  if (chunk.size > 0) yield chunk;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Bulk queries and REST write the same time in two ways. */
function isSameTime(one: string | undefined, other: string): boolean {
  return one === other || Date.parse(one ?? '') === Date.parse(other);
}

function modifiedError({ runId, journal }: LoadWork, modified: readonly string[]): RecordsModifiedError {
  const count = modified.length;
  const name = nameOfRun({ runId, records: journal.records });
  const more = count > idsTold ? `, and ${(count - idsTold).toLocaleString('en-US')} more` : '';
  const ids = `${modified.slice(0, idsTold).join(', ')}${more}`;
  const which = count === 1 ? '1 record was' : `${count.toLocaleString('en-US')} records were`;
  const hasSent = journal.states.some(
    ({ kind }) => kind === 'closing' || kind === 'closed' || kind === 'ended',
  );
  return new RecordsModifiedError(
    `${which} modified after this change found them, and have not been sent yet: ${ids}. Resuming would replace what was ` +
      'written since, so nothing more was sent.',
    {
      actions: hasSent
        ? [
            `End the change where it stands: sf bulk2 job abort --id ${name}`,
            'Then run it again with a query that finds only the records which it has not changed yet.',
          ]
        : [
            'Nothing was changed yet. Run the same command again with --if-interrupted new: it takes the values as they are now.',
            `Or end the change: sf bulk2 job abort --id ${name}`,
          ],
      data: { modifiedRecords: count, ids: modified.slice(0, idsTold) },
    },
  );
}
