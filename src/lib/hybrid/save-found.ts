import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { RestRecord } from '../api/rest.js';
import { encodeCell } from '../csv/encode-cell.js';
import { UsageError } from '../errors.js';
import { flattenRecord, nullText } from '../formats/flatten-record.js';
import { valueAt } from '../query/rest/rest-values.js';
import type { RunContext } from '../run-context.js';
import type { FoundRecords } from './find-records.js';
import { readFound } from './read-found.js';

/** What is about to be changed, on disk; nothing has been changed yet. */
export type SavedRecords = {
  readonly found: FoundRecords;
  /** Owns the files; they are removed with it, or after seven days. */
  readonly runId: string;
  /** One JSON object a line: the id of a record and its new values. */
  readonly changesPath: string;
  /** Records in that file. */
  readonly count: number;
};

/**
 * Reads what the query finds into files, in constant memory. Nothing is changed.
 *
 * @param undoPath gets the ids, and on update the values that the fields have now: loaded as an update, it puts them
 *   back (CSV, `#N/A` for null)
 */
export async function saveFound(
  found: FoundRecords,
  context: RunContext,
  undoPath?: string,
): Promise<SavedRecords> {
  await context.store.prune();
  const runId = await context.store.begin();
  const changesPath = context.store.pathFor(runId, 'changes.ndjson');
  const changes = new TextFile(changesPath);
  const undo = undoPath === undefined ? undefined : new TextFile(undoPath);
  const columns = ['Id', ...(found.sets ?? [])];
  await undo?.write(`${columns.join(',')}\n`);
  let count = 0;
  try {
    for await (const record of readFound(found, context)) {
      const id = idOf(record);
      await changes.write(`${JSON.stringify({ Id: id, ...withoutId(found.changeOf(record)) })}\n`);
      await undo?.write(`${columns.map((column) => cell(record, column)).join(',')}\n`);
      count += 1;
    }
    await Promise.all([changes.end(), undo?.end()]);
  } catch (error) {
    await Promise.allSettled([changes.end(), undo?.end()]);
    await context.store.remove(runId);
    throw error;
  }
  return { found, runId, changesPath, count };
}

function idOf(record: RestRecord): string {
  const id = valueAt(record, 'Id');
  if (typeof id === 'string' && id !== '') return id;
  throw new UsageError('The query gave a record without its Id.');
}

/** The record stays the one that was found, whatever a mapping says. */
function withoutId(change: RestRecord): Record<string, unknown> {
  const names = new Set(['id', 'attributes']);
  return Object.fromEntries(Object.entries(change).filter(([name]) => !names.has(name.toLowerCase())));
}

function cell(record: RestRecord, column: string): string {
  let text = nullText;
  flattenRecord({ [column]: valueAt(record, column) }, { place: { file: 'query', row: 0 } }, (_, value) => {
    text = value ?? nullText;
  });
  return encodeCell(text, ',');
}

/** A file that is written in order and readable by its owner only. */
class TextFile {
  readonly #stream;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { mode: 0o600, flush: true, highWaterMark: 256 * 1024 });
    // Told by the write that follows, and by the end.
    this.#stream.on('error', () => undefined);
  }

  async write(text: string): Promise<void> {
    if (this.#stream.errored !== null) throw this.#stream.errored;
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }

  async end(): Promise<void> {
    const done = finished(this.#stream);
    this.#stream.end();
    await done;
  }
}
