import type { SourceFile } from '../../run/record.js';
import type { LoadRequest } from '../model/request.js';
import { planColumns, type ColumnPlan, type IsBlankRow } from './columns.js';
import { isResultFile } from './result-file.js';
import type { StagedInput } from './stage.js';
import type { LoadTarget } from './target.js';
import { blankRowsIn } from './unreplaced-rows.js';

/** What was decided of the columns of a source. */
export type PlannedHeader = {
  readonly names: readonly string[];
  readonly columns: ColumnPlan;
  /** Tells the records that are no rows though some cell has a value. */
  readonly isBlank: IsBlankRow | undefined;
};

/** What a source was before: records, whose values have been brought into the service's form, or in another encoding. */
export type StagedAs = Pick<StagedInput, 'isTyped' | 'isRecords' | 'encoding'>;

export type HeaderSetup = {
  readonly request: LoadRequest;
  readonly target: LoadTarget | undefined;
  readonly stagedAs: (source: SourceFile) => StagedAs | undefined;
};

/** Decides of the columns of sources. Very many files of a load have the same header: what is decided of it is there once. */
export class PlannedHeaders {
  readonly #setup: HeaderSetup;
  readonly #headers = new Map<string, PlannedHeader>();

  constructor(setup: HeaderSetup) {
    this.#setup = setup;
  }

  /**
   * The request as it is for one source. What was typed has been converted, and records have said which of their values are
   * null: neither is done again.
   */
  requestFor(source: SourceFile): LoadRequest {
    const { request, stagedAs } = this.#setup;
    const { isTyped = false, isRecords = false } = stagedAs(source) ?? {};
    if (!isTyped && !isRecords) return request;
    const formats = isTyped ? { formats: undefined } : {};
    const empty = isRecords ? { emptyAsNull: undefined } : {};
    return { ...request, columns: { ...request.columns, ...formats, ...empty } };
  }

  /** @throws as `planColumns` */
  async of(names: readonly string[], source: SourceFile): Promise<PlannedHeader> {
    const { stagedAs, target } = this.#setup;
    const isTyped = stagedAs(source)?.isTyped === true;
    const key = JSON.stringify([isTyped, isResultFile(source.name, names), ...names]);
    let planned = this.#headers.get(key);
    if (planned === undefined) {
      const request = this.requestFor(source);
      const columns = await planColumns(names, source.name, request, target);
      const isBlank = blankRowsIn(names, columns, request.operation);
      this.#headers.set(key, (planned = { names, columns, isBlank }));
    }
    return planned;
  }
}
