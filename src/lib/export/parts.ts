import type { QueryJobs } from '../api/query-jobs.js';
import type { Journal } from '../run/journal.js';
import type { ExportPart, ExportPlan } from '../run/export-plan.js';

/** The query jobs of an export, as its journal has them: one, until the org cannot finish it in time. */
export class ExportParts {
  readonly #journal: Journal;
  readonly #plan: ExportPlan;
  readonly #jobs: QueryJobs;
  readonly #jobIds = new Map<number, string>();
  /** How long the org took to create those that nobody has asked for yet. */
  readonly #newMs = new Map<number, number>();
  readonly #ranges = new Map<number, readonly ExportPart[]>();
  #count = 1;

  constructor(journal: Journal, plan: ExportPlan, jobs: QueryJobs) {
    this.#journal = journal;
    this.#plan = plan;
    this.#jobs = jobs;
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

  /** Milliseconds that creating the part's job took, when this process has, the first time that it is asked for. */
  takeCreationMs({ part }: ExportPart): number | undefined {
    const creationMs = this.#newMs.get(part);
    this.#newMs.delete(part);
    return creationMs;
  }

  /** Creates the part's job, unless it has one. @returns the job's id */
  async submit({ part, soql }: ExportPart): Promise<string> {
    const known = this.#jobIds.get(part);
    if (known !== undefined) return known;
    const { operation, columnDelimiter, lineEnding } = this.#plan;
    await this.#journal.append({ type: 'create', part });
    const startedMs = performance.now();
    const { id } = await this.#jobs.create({ operation, query: soql, columnDelimiter, lineEnding });
    this.#newMs.set(part, performance.now() - startedMs);
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
    this.#count += into.length;
  }
}
