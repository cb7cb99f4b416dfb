import { join } from 'node:path';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import { headerColumns } from '../csv/header.js';
import { RowCountError, UsageError } from '../errors.js';
import { hashOf } from '../files/file-facts.js';
import { writeOutput } from '../files/text-file.js';
import type { RunContext } from '../run/context.js';
import type { ExportIds, ExportPart, ExportPlan, IdsOutcome } from '../run/export-plan.js';
import type { JournalRecord } from '../run/record.js';
import { narrowedToIds } from '../soql/by-ids.js';
import { FoundIds, PageIds } from './ids/found-ids.js';
import { IdList, longIdsOf } from './ids/id-list.js';
import type { Page } from './pages/pages.js';

/** The file of a run that has the ids it asks for. */
export const idsFileName = 'ids';

/** A job over so many ids, or more, is cut into several when the org can't finish it in time. */
const listsPerSplit = 8;

type IdPart = ExportPart & Required<Pick<ExportPart, 'ids'>>;

/** The parts of an export by ids, one query job each. Their numbers begin at 1. */
export function partsByIds({ soql, ids }: ExportPlan): readonly ExportPart[] | undefined {
  return (
    ids &&
    listsOf({ from: 0, to: ids.count }, ids.idsPerJob).map((list, at) => ({ part: at + 1, soql, ids: list }))
  );
}

/** Lists of ids that take the place of one; empty where there is but one id. */
export function shorterLists({ soql, ids }: ExportPart): ReadonlyArray<Omit<ExportPart, 'part'>> {
  if (ids === undefined) return [];
  const lists = listsOf(ids, Math.ceil((ids.to - ids.from) / listsPerSplit));
  return lists.length === 1 ? [] : lists.map((list) => ({ soql, ids: list }));
}

function listsOf({ from, to }: IdPart['ids'], length: number): Array<IdPart['ids']> {
  return Array.from({ length: Math.ceil((to - from) / length) }, (_, at) => ({
    from: from + at * length,
    to: Math.min(from + (at + 1) * length, to),
  }));
}

/** Accounts for every id that an export asks for: each ends as found or as not found. */
export class IdsAccount {
  readonly #plan: ExportPlan;
  readonly #ids: ExportIds;
  readonly #list: IdList;
  #found: FoundIds;

  private constructor(plan: ExportPlan, ids: ExportIds, path: string) {
    this.#plan = plan;
    this.#ids = ids;
    this.#list = new IdList(path, ids.count);
    this.#found = new FoundIds(ids.count);
  }

  /**
   * Undefined for an export that asks for no ids.
   * @throws UsageError the list is gone, or is another one
   */
  static async open(
    plan: ExportPlan,
    { runId, store }: { readonly runId: string; readonly store: RunContext['store'] },
  ): Promise<IdsAccount | undefined> {
    if (plan.ids === undefined) return undefined;
    const path = store.pathFor(runId, idsFileName);
    if ((await hashOf(path).catch(() => undefined)) !== plan.ids.sha256) {
      throw new UsageError(`The ids of this export are gone: ${path} isn't what it was.`, {
        actions: ['Run the query again.'],
        data: { path },
      });
    }
    return new IdsAccount(plan, plan.ids, path);
  }

  /** The query of a part, with its ids in it. */
  async queryOf({ soql, ids }: ExportPart): Promise<string> {
    return ids === undefined
      ? soql
      : narrowedToIds(soql, longIdsOf(await this.#list.slice(ids.from, ids.to)));
  }

  /** Takes what an earlier process has found, as the journal has it. */
  resume(records: readonly JournalRecord[], partOf: (part: number) => ExportPart | undefined): void {
    this.#found = new FoundIds(this.#ids.count);
    for (const record of records) {
      if (record.type === 'restart' || (record.type === 'page' && record.page === 0))
        this.#found = new FoundIds(this.#ids.count);
      if (record.type !== 'page' || record.found === undefined) continue;
      const range = partOf(record.part ?? 0)?.ids;
      if (range !== undefined) this.#found.addText(record.found, range);
    }
  }

  /** A page whose records are looked for among the ids of its part, as they pass. */
  async watch(page: Page, { ids }: ExportPart, { id: jobId }: JobInfo): Promise<Page> {
    if (ids === undefined) return page;
    const { columnDelimiter: delimiter } = this.#plan;
    const columns = headerColumns(page.header, delimiterCharacters[delimiter]);
    const slice = await this.#list.slice(ids.from, ids.to);
    const search = { slice, asked: ids.to - ids.from, columns, delimiter, jobId };
    let seen = new PageIds(search);
    return {
      ...page,
      async *rows() {
        seen = new PageIds(search);
        for await (const chunk of page.rows()) {
          seen.push(chunk);
          yield chunk;
        }
        seen.end();
      },
      found: () => {
        this.#add(seen.found, ids, jobId);
        return seen.found.text();
      },
    };
  }

  #add(found: FoundIds, { from, to }: IdPart['ids'], jobId: string): void {
    const before = this.#found.count;
    this.#found.addText(found.text(), { from, to });
    if (this.#found.count - before === found.count) return;
    throw new RowCountError(`Job ${jobId} returned a record on two pages. The output is not complete.`, {
      data: { jobId },
    });
  }

  /**
   * Lists the ids that were not found. Can be repeated.
   * @throws RowCountError not each record of the output has one of the ids
   */
  async settle(rows: number, firstJobId: string): Promise<IdsOutcome> {
    const { count: found } = this.#found;
    const asked = this.#ids.count;
    if (found !== rows) {
      throw new RowCountError(`The output has ${rows} records, of ${found} of the ids.`, {
        data: { expected: found, received: rows },
      });
    }
    const { notFoundFile, folder } = this.#ids;
    const notFoundFilePath =
      notFoundFile ?? (found < asked ? join(folder, `${firstJobId}-not-found-ids.csv`) : null);
    if (notFoundFilePath !== null) await writeOutput(notFoundFilePath, this.#notFoundLines());
    return { asked, found, notFound: asked - found, notFoundFilePath };
  }

  async *#notFoundLines(): AsyncGenerator<string> {
    yield 'Id,source__Row\n';
    let place = 0;
    for await (const { id, row } of this.#list.ids()) {
      if (!this.#found.has(place)) yield `${id},${row}\n`;
      place += 1;
    }
  }
}
