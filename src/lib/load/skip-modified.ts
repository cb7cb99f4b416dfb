import { createReadStream } from 'node:fs';
import { ingestJobs, type IngestJobs } from '../api/ingest-jobs.js';
import { delimiterCharacters } from '../api/types.js';
import { encodeCell } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { TextFile } from '../files/text-file.js';
import type { LoadPlan, Part, SetAside, SourceFile } from '../run/record.js';
import { errorGroupsIn } from './collect/complete.js';
import { headerLine, type Layout } from './model/result-sets.js';
import { parseRowError } from './model/error-message.js';
import { cutRows } from './upload/cut-rows.js';
import { modifiedRows } from './upload/found-stamps.js';
import type { PartState } from './model/part-state.js';
import { fenceOff, infoUnlessGone, wasClosed } from './upload/fence.js';
import { requireUnchanged } from './upload/unchanged.js';
import type { LoadWork } from './model/work.js';

/** The code of a record that a resumed change by query has skipped. */
export const modifiedCode = 'MODIFIED_SINCE_FOUND';
export const modifiedText = 'The record was modified after it was found, and was left as it is now.';

/** Whether a row of a file of failed records was skipped. @param error its `sf__Error` */
export function isSkippedRow(error: string): boolean {
  return error.startsWith(modifiedCode) && parseRowError(error).code === modifiedCode;
}

/**
 * Skips the records of a resumed change by query that somebody has modified since it found them: new values made of old
 * ones would replace what was written since. Records that are in a job which somebody may have closed are not asked for.
 * What is skipped is in the journal before anything more is sent.
 */
export async function skipModified(work: LoadWork): Promise<void> {
  const { journal, api, signal } = work;
  const [plan] = journal.rounds;
  if (plan.stampField === undefined) return;
  const jobs = ingestJobs(api, signal, plan.object);
  const unsent: Part[] = [];
  for (const part of plan.parts) if (await isUnsent(part, work, jobs)) unsent.push(part);
  const modified = await modifiedRows(work, unsent);
  const touched: Part[] = [];
  for (const part of unsent) {
    if (hasOneOf(part, modified) && (await withdraw(part, work, jobs))) touched.push(part);
  }
  if (touched.length > 0) await setAside(touched, modified, work);
}

async function isUnsent({ index }: Part, { journal }: LoadWork, jobs: IngestJobs): Promise<boolean> {
  const state = stateOf(index, journal.states);
  // A load that the org has refused creates no further job.
  if (state.kind === 'planned') return journal.halt === undefined;
  if (state.kind === 'closed' || state.kind === 'ended') return false;
  const info = await infoUnlessGone(state.jobId, jobs);
  return info === undefined || !wasClosed(info);
}

/**
 * Makes sure that what was uploaded of a part is never processed.
 * @returns false when somebody has closed its job after all
 */
async function withdraw({ index }: Part, work: LoadWork, jobs: IngestJobs): Promise<boolean> {
  const { journal, signal } = work;
  const state = stateOf(index, journal.states);
  if (!('jobId' in state)) return true;
  const { jobId } = state;
  const isFenced = (await fenceOff(jobId, { jobs, hasChangedHands: true, signal })) === 'fenced';
  // Between a look at the job and its abortion, a close may have arrived that was on its way.
  const info = isFenced ? await infoUnlessGone(jobId, jobs) : undefined;
  if (!isFenced || (info !== undefined && wasClosed(info))) {
    await journal.append({ type: 'closed', part: index, jobId });
    return false;
  }
  const reason = 'records in it were modified after they were found';
  await journal.append({ type: 'abandoned', part: index, jobId, reason });
  return true;
}

function stateOf(part: number, states: readonly PartState[]): PartState {
  return states[part] ?? { kind: 'planned' };
}

/** Rows of a part follow one another, but for those that were skipped before. */
function hasOneOf({ segments }: Part, rows: ReadonlySet<number>): boolean {
  const [from, to] = [segments[0]?.firstRow ?? 0, segments.at(-1)];
  for (const row of rows) if (from <= row && to !== undefined && row < to.firstRow + to.rows) return true;
  return false;
}

/** Takes the rows out of their parts, and keeps them for the file of failed records, behind those skipped before. */
async function setAside(
  parts: readonly Part[],
  rows: ReadonlySet<number>,
  { journal, context, runId }: LoadWork,
): Promise<void> {
  const [plan] = journal.rounds;
  await requireUnchanged(plan);
  const nth = journal.records.filter(({ type }) => type === 'skip').length;
  const file = await SkippedFile.open(context.store.pathFor(runId, `set-aside-${nth}.csv`), plan);
  const cut: Part[] = [];
  try {
    for (const part of parts) {
      cut.push(
        await cutRows(part, {
          plan,
          keeps: (row) => !rows.has(row),
          visitCut: (record, source, row) => file.add(record, source, row),
          pause: () => file.flush(),
        }),
      );
    }
  } catch (error) {
    await file.discard();
    throw error;
  }
  await journal.append({
    type: 'skip',
    at: new Date().toISOString(),
    parts: cut,
    setAside: await file.commit(),
  });
}

/** The skipped rows of a load, as they are in its file of failed records. */
class SkippedFile {
  readonly #path: string;
  readonly #file: TextFile;
  readonly #layout: Layout;
  #text = '';
  #rows: number;

  private constructor(path: string, file: TextFile, { layout, rows }: { layout: Layout; rows: number }) {
    this.#path = path;
    this.#file = file;
    this.#layout = layout;
    this.#rows = rows;
  }

  /** Begins with what the plan has set aside before. */
  static async open(
    path: string,
    { columns, columnDelimiter, lineEnding, setAside: before }: LoadPlan,
  ): Promise<SkippedFile> {
    const newline = lineEnding === 'CRLF' ? '\r\n' : '\n';
    const layout = { columns, delimiter: delimiterCharacters[columnDelimiter], newline };
    const file = await TextFile.open(path);
    if (before === undefined) await file.write(headerLine('failed', layout).toString('utf8'));
    else for await (const text of createReadStream(before.path, 'utf8')) await file.write(text as string);
    return new SkippedFile(path, file, { layout, rows: before?.rows ?? 0 });
  }

  add({ bytes, start, end }: CsvRecord, { name }: SourceFile, row: number): void {
    const { delimiter, newline } = this.#layout;
    const lead = ['', `${modifiedCode}:${modifiedText}:--`, name, String(row)];
    const cells = lead.map((cell) => encodeCell(cell, delimiter));
    this.#text += [...cells, bytes.toString('utf8', start, end)].join(delimiter) + newline;
    this.#rows += 1;
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    await this.#file.write(text);
  }

  async commit(): Promise<SetAside> {
    await this.flush();
    await this.#file.commit();
    const errors = await errorGroupsIn(this.#path, this.#layout.delimiter);
    return { path: this.#path, rows: this.#rows, errors };
  }

  discard(): Promise<void> {
    return this.#file.discard();
  }
}
