import type { QueryJobs } from '../api/query-jobs.js';
import type { Journal } from '../run/journal.js';
import type { ExportPart, ExportPlan } from '../run/export-plan.js';
import { partsByIds } from './by-ids.js';

/**
 * The query jobs of an export, as its journal has them: one, until the org cannot finish it in time, or one for each list
 * of ids.
 */
export class ExportParts {
  readonly #journal: Journal;
  readonly #plan: ExportPlan;
  readonly #jobs: QueryJobs;
  readonly #queryOf: (part: ExportPart) => string | Promise<string>;
  readonly #jobIds = new Map<number, string>();
  /** When those were asked for that nobody has waited for yet. */
  readonly #newMs = new Map<number, number>();
  readonly #ranges = new Map<number, readonly ExportPart[]>();
  readonly #parts = new Map<number, ExportPart>();
  #count = 1;

  /** @param queryOf writes the query of a part */
  constructor(
    journal: Journal,
    plan: ExportPlan,
    jobs: QueryJobs,
    queryOf: (part: ExportPart) => string | Promise<string> = ({ soql }) => soql,
  ) {
    this.#journal = journal;
    this.#plan = plan;
    this.#jobs = jobs;
    this.#queryOf = queryOf;
    const lists = partsByIds(plan);
    if (lists !== undefined) this.#keep(0, lists);
    for (const record of journal.replayed) {
      if (record.type === 'created') this.#jobIds.set(record.part, record.jobId);
      if (record.type === 'split') this.#keep(record.part, record.into);
    }
  }

  get count(): number {
    return this.#count;
  }

  /** The parts that have taken this one's place, in the order of the output. */
  rangesOf({ part }: ExportPart): readonly ExportPart[] | undefined {
    return this.#ranges.get(part);
  }

  /** The first of those that the export begins with; undefined where that is one query. */
  get first(): ExportPart | undefined {
    return this.#plan.ids && this.#parts.get(1);
  }

  /** A part that has taken another one's place. */
  partOf(part: number): ExportPart | undefined {
    return this.#parts.get(part);
  }

  /** Milliseconds since the part's job was asked for, when this process has, the first time that it is waited for. */
  takeCreationMs({ part }: ExportPart): number | undefined {
    const startedMs = this.#newMs.get(part);
    this.#newMs.delete(part);
    return startedMs === undefined ? undefined : performance.now() - startedMs;
  }

  /** Creates the part's job, unless it has one. @returns the job's id */
  async submit(asked: ExportPart): Promise<string> {
    const { part } = asked;
    const known = this.#jobIds.get(part);
    if (known !== undefined) return known;
    const { operation, columnDelimiter, lineEnding } = this.#plan;
    const query = await this.#queryOf(asked);
    await this.#journal.append({ type: 'create', part });
    this.#newMs.set(part, performance.now());
    const { id } = await this.#jobs.create({ operation, query, columnDelimiter, lineEnding });
    await this.#journal.append({ type: 'created', part, jobId: id });
    this.#jobIds.set(part, id);
    return id;
  }

  /** Puts ranges in the place of a part. */
  async split({ part }: ExportPart, ranges: ReadonlyArray<Omit<ExportPart, 'part'>>): Promise<void> {
    const into = ranges.map((range, index) => ({ ...range, part: this.#count + index }));
    await this.#journal.append({ type: 'split', part, into });
    this.#keep(part, into);
  }

  #keep(part: number, into: readonly ExportPart[]): void {
    this.#ranges.set(part, into);
    for (const each of into) this.#parts.set(each.part, each);
    this.#count += into.length;
  }
}
