import {
  delimiterCharacters,
  type ColumnDelimiter,
  type LineEnding,
  type SObjectDescribe,
} from '../api/types.js';
import { headerColumns } from '../csv/header.js';
import { CsvPage } from '../csv/page.js';
import { readRows } from '../csv/read-rows.js';
import { idWords, writeId } from '../csv/record-id.js';
import { UsageError } from '../errors.js';
import { PageIds } from '../export/ids/found-ids.js';
import { IdCollector, IdList, longIdsOf } from '../export/ids/id-list.js';
import { TempFolder } from '../run/temp-folder.js';
import { narrowedToIds, queryByIds } from '../soql/by-ids.js';
import { objectOf } from '../soql/outline.js';
import type { QueryJobV2 } from './query-job.js';
import { RecordStream } from './record-stream.js';
import { readTypedRows } from './typed-rows.js';

/** Records of these ids only. */
export type IdsOptions = {
  /** Of 15 or 18 characters; one that comes twice counts once. Asked for in a job for each 4,700 of them or so. */
  readonly ids?: Iterable<string> | AsyncIterable<string> | undefined;
  /** Called with each id that has no record, in 18 characters, when the records of its job have been read. */
  readonly onNotFound?: ((id: string) => void) | undefined;
};

export type IdsQuery = IdsOptions & {
  readonly soql: string;
  readonly columnDelimiter: ColumnDelimiter | undefined;
  readonly lineEnding: LineEnding | undefined;
  readonly makeJob: (soql: string) => QueryJobV2;
  readonly poll: (job: QueryJobV2) => Promise<unknown>;
};

/** Jobs that the org works on while the records of the first one are read. */
const jobsAtOnce = 4;

/**
 * Asks for the records of ids, in constant memory, as one stream over all jobs. The first one has been created when this
 * returns.
 * @param describe of an object, for records with the values that their fields have; absent: values are text
 * @throws UsageError | SoqlError the query can't be run by ids, or one of them is none
 */
export async function recordsByIds<R extends object>(
  query: IdsQuery,
  describe: ((object: string) => Promise<SObjectDescribe>) | undefined,
): Promise<RecordStream<R>> {
  const delimiter = delimiterCharacters[query.columnDelimiter ?? 'COMMA'];
  const object = objectOf(query.soql) ?? '';
  const read = (csv: AsyncIterable<Buffer>) =>
    describe === undefined ? readRows(csv, delimiter) : readTypedRows(csv, { delimiter, object, describe });
  type Read = (csv: AsyncIterable<Buffer>) => AsyncGenerator<R, void, undefined>;
  return new RecordStream(await csvByIds(query), read as Read);
}

/** @returns gives the results of all jobs as one CSV */
async function csvByIds(query: IdsQuery): Promise<() => AsyncGenerator<Buffer, void, undefined>> {
  const { soql, idsPerQuery } = queryByIds(query.soql);
  const folder = await TempFolder.make();
  try {
    const list = await collected(query.ids, folder);
    const jobs = new JobsOfIds(query, { soql, list, idsPerQuery });
    await jobs.open(0);
    return () => jobs.csv(() => folder.remove());
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function collected(ids: unknown, folder: TempFolder): Promise<IdList> {
  const collector = new IdCollector(folder.pathOf('sort'));
  const words = new Uint32Array(idWords);
  try {
    for await (const id of iterable(ids)) {
      if (typeof id !== 'string' || !writeId(id, words)) throw noId(id, collector.taken);
      collector.add(words, collector.taken + 1);
    }
    const path = folder.pathOf('ids');
    return new IdList(path, await collector.write(path));
  } finally {
    collector.close();
  }
}

function iterable(ids: unknown): AsyncIterable<unknown> | Iterable<unknown> {
  const isIterable =
    typeof ids === 'object' && ids !== null && (Symbol.iterator in ids || Symbol.asyncIterator in ids);
  if (isIterable) return ids as Iterable<unknown>;
  throw new UsageError(
    'ids of query() is no list of ids: give an array, or anything that can be iterated over.',
  );
}

function noId(id: unknown, before: number): UsageError {
  return new UsageError(`ids of query() has ${JSON.stringify(id)} at ${before}, which isn't a record id.`, {
    data: { id, index: before },
  });
}

type Asked = { readonly soql: string; readonly list: IdList; readonly idsPerQuery: number };

class JobsOfIds {
  readonly #query: IdsQuery;
  readonly #asked: Asked;
  readonly #count: number;
  /** Created, and not read yet. */
  readonly #jobs = new Map<number, QueryJobV2>();

  constructor(query: IdsQuery, asked: Asked) {
    this.#query = query;
    this.#asked = asked;
    this.#count = Math.ceil(asked.list.count / asked.idsPerQuery);
  }

  /** Creates a job unless it is there already, or there are no ids for it. */
  async open(nth: number): Promise<void> {
    if (nth >= this.#count || this.#jobs.has(nth)) return;
    const job = this.#query.makeJob(narrowedToIds(this.#asked.soql, longIdsOf(await this.#slice(nth))));
    this.#jobs.set(nth, job);
    await job.open();
  }

  /** @param dispose called when all has been read, or nobody reads on */
  async *csv(dispose: () => Promise<void>): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let nth = 0; nth < this.#count; nth++) {
        for (let next = nth; next < nth + jobsAtOnce; next++) await this.open(next);
        const job = this.#jobs.get(nth);
        if (job !== undefined) yield* this.#rowsOf(job, nth);
        this.#jobs.delete(nth);
      }
    } finally {
      await dispose();
    }
  }

  async *#rowsOf(job: QueryJobV2, nth: number): AsyncGenerator<Buffer, void, undefined> {
    await this.#query.poll(job);
    const records = await job.result();
    const slice = await this.#slice(nth);
    const page = new CsvPage({ skipHeader: true });
    let search: PageIds | undefined;
    for await (const chunk of records.stream() as AsyncIterable<Buffer>) {
      const rows = page.push(chunk);
      if (page.header === undefined) continue;
      if (search === undefined && nth === 0) yield Buffer.concat([page.header, this.#newline()]);
      search ??= this.#search(slice, page.header, job.id);
      if (rows === undefined) continue;
      search.push(rows);
      yield rows;
    }
    search?.end();
    for (const [place, id] of longIdsOf(slice).entries())
      if (search?.found.has(place) !== true) this.#query.onNotFound?.(id);
  }

  #search(slice: Uint32Array, header: Buffer, jobId: string): PageIds {
    const delimiter = this.#query.columnDelimiter ?? 'COMMA';
    const columns = headerColumns(header, delimiterCharacters[delimiter]);
    return new PageIds({ slice, asked: longIdsOf(slice).length, columns, delimiter, jobId });
  }

  #slice(nth: number): Promise<Uint32Array> {
    const { list, idsPerQuery } = this.#asked;
    return list.slice(nth * idsPerQuery, Math.min((nth + 1) * idsPerQuery, list.count));
  }

  #newline(): Buffer {
    return Buffer.from(this.#query.lineEnding === 'CRLF' ? '\r\n' : '\n');
  }
}
