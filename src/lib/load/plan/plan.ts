import { withRetry } from '../../api/retry.js';
import type { Events } from '../../events.js';
import type { InputProblem } from '../../errors.js';
import type { LoadPlan, SourceFile } from '../../run/record.js';
import type { RunContext } from '../../run/context.js';
import {
  requireResultsFolder,
  partBytesFor,
  updateKeyOf,
  type LoadInput,
  type LoadRequest,
} from '../model/request.js';
import type { LoadEvents } from '../model/events.js';
import { checkedEarly } from './check-early.js';
import { planColumns } from './columns.js';
import { conversionNotice, RecordColumns } from './record-columns.js';
import { inOneOrder } from './one-order.js';
import { overAll, withOwnNames, limitsOf, marksInOrder, optionsOf, repeatedInputs } from './inputs.js';
import { firstPass, type CheckedSource, type FirstPassOptions, type FirstPassResult } from './first-pass.js';
import type { QueryCsv } from './ids-by-key.js';
import { withIds } from './match-keys.js';
import { FaultyRecords } from './faulty-records.js';
import { withReason } from './first-pass-messages.js';
import { requireReadable } from './open-input.js';
import { readingOf } from './reading.js';
import { InvalidRows } from '../check/invalid-rows.js';
import { SetAsideFile } from './set-aside-file.js';
import { formOf, formOfNothing, type SendableSource, type SendForm } from './form.js';
import { inForm, type ReformOptions } from './send-form.js';
import { keptColumns, type KeptColumns } from './kept-columns.js';
import { stageInput, type StagedInput, type StageOptions } from './stage.js';
import { brakeProblems, failedRowsAllowed } from '../model/brake.js';
import { packParts } from './parts.js';
import { keyNameOf } from '../keys/key-sum.js';
import { describeTarget, type LoadTarget } from './target.js';

/** A plan, and the run whose spools it may refer to. */
export type PlannedLoad = {
  readonly runId: string;
  readonly plan: LoadPlan;
  readonly warnings: readonly InputProblem[];
};

/** What a plan of a load may need beside the request. */
export type PlanOptions = {
  /** Of a run that has begun and has no journal yet; default: a new one. */
  readonly runId?: string;
  /** Reads records of the org. Needed for an update that finds its records by a key. */
  readonly queryCsv?: QueryCsv;
};

/**
 * The first pass: reads the whole input, checks it, and cuts it into parts. Nothing is loaded before it is done.
 * @throws InputError the input cannot be loaded; everything that is wrong with it, as far as that can be told
 * @throws UsageError the object or the external id does not exist, or the folder for the results takes no files
 */
export async function planLoad(
  request: LoadRequest,
  context: RunContext,
  events: Events<LoadEvents>,
  options: PlanOptions = {},
): Promise<PlannedLoad> {
  await requireReadable(request.inputs);
  await context.store.prune();
  const runId = options.runId ?? (await context.store.begin());
  await requireResultsFolder(request.resultsDir, runId);
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), context.retryPolicy);
  const target = await describeTarget(request, api, context.signal);
  const planner = new Planner(runId, request, { context, events, target, queryCsv: options.queryCsv });
  try {
    return await planner.plan();
  } catch (error) {
    await context.store.remove(runId);
    throw request.setAsideInvalid === true ? withReason(error) : error;
  } finally {
    await planner.close();
  }
}

type Surroundings = {
  readonly context: RunContext;
  readonly events: Events<LoadEvents>;
  readonly target: LoadTarget | undefined;
  readonly queryCsv: QueryCsv | undefined;
};

class Planner {
  readonly #runId: string;
  readonly #request: LoadRequest;
  #surroundings: Surroundings;
  readonly #recordColumns: RecordColumns;
  readonly #notices: InputProblem[] = [];
  readonly #faulty = new FaultyRecords();
  #checkedSources = 0;

  constructor(runId: string, request: LoadRequest, surroundings: Surroundings) {
    this.#runId = runId;
    this.#request = request;
    this.#surroundings = surroundings;
    this.#recordColumns = new RecordColumns(request, surroundings.target);
  }

  async plan(): Promise<PlannedLoad> {
    const staged = await this.#stage();
    const sources = staged.flatMap(({ source, isEmpty }) => (isEmpty ? [] : [source]));
    const totalBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
    const maxPartBytes = partBytesFor(totalBytes, this.#request.limits);
    await this.#readIds(sources);
    const bySource = new Map(staged.map((each) => [each.source, each]));
    const pass = { totalBytes, maxPartBytes, stagedAs: (source: SourceFile) => bySource.get(source) };
    const { checked, warnings } = await this.#check(sources, pass);
    const [first] = checked;
    const form = first === undefined ? formOfNothing : formOf(first);
    const kept = this.#keptColumns(checked, form);
    const setAside = new SetAsideFile(this.#pathFor('set-aside.csv'), { ...form, kept: kept?.names });
    const sendable = [
      ...(await this.#reform(inOneOrder(checked, form), { form, maxPartBytes, setAside, kept })),
      ...staged.flatMap(({ source, isEmpty }) => (isEmpty ? [{ source, segments: [] }] : [])),
    ];
    const given = updateKeyOf(this.#request) === undefined ? this.#request.externalId : undefined;
    const unsent = setAside.close();
    const externalId = first === undefined ? given : first.columns.externalId;
    for (const { invalid } of checked) invalid?.close();
    const plan = {
      ...this.#toPlan(form, sendable, externalId, maxPartBytes),
      ...(unsent === undefined ? {} : { setAside: unsent }),
      ...(kept === undefined ? {} : { keptColumns: kept.names }),
    };
    const inputs = await marksInOrder(this.#request.inputs, staged, checked);
    const converted = [
      ...checked.flatMap(({ columns }) => columns.converted),
      ...this.#recordColumns.converted,
    ];
    const all = [
      ...this.#notices,
      ...conversionNotice(converted),
      ...(await repeatedInputs(this.#request.inputs)),
      ...warnings,
      ...brakeProblems(plan),
    ];
    const told = all.length === 0 ? {} : { warnings: all.map(({ message }) => message) };
    return { runId: this.#runId, plan: { ...plan, inputs, ...told }, warnings: all };
  }

  async close(): Promise<void> {
    this.#faulty.close();
    await this.#surroundings.target?.ids?.close();
  }

  async #readIds(sources: readonly SourceFile[]): Promise<void> {
    const { events } = this.#surroundings;
    const target = await withIds(this.#request, sources, {
      ...this.#surroundings,
      path: this.#pathFor('ids-by-key'),
      onRead: (what) => events.emit('readingKeys', what),
    });
    this.#surroundings = { ...this.#surroundings, target };
  }

  #keptColumns(checked: readonly CheckedSource[], form: SendForm): KeptColumns | undefined {
    const isAll = this.#request.keepColumns === true;
    const key = this.#surroundings.target?.key?.name;
    return isAll || key !== undefined ? keptColumns(checked, form, { isAll, key }) : undefined;
  }

  async #stage(): Promise<StagedInput[]> {
    const { context } = this.#surroundings;
    const { inputs, reading } = this.#request;
    const staged: StagedInput[] = [];
    for (const [index, input] of withOwnNames(inputs).entries()) {
      const spoolPath = context.store.pathFor(this.#runId, `input-${index}.csv`);
      const checked = this.#checkedEarly(input);
      staged.push(
        await stageInput(input, {
          reading,
          spoolPath,
          checked,
          signal: context.signal,
          columns: this.#recordColumns,
          object: this.#request.object,
          onFaulty: this.#request.setAsideInvalid === true ? this.#faulty.taker(spoolPath) : undefined,
          onNotice: (notice) => this.#notices.push(notice),
        }),
      );
    }
    return staged;
  }

  #checkedEarly({ name }: LoadInput): StageOptions['checked'] {
    const { target } = this.#surroundings;
    const checkColumns = (columns: readonly string[]) => planColumns(columns, name, this.#request, target);
    const reading = readingOf(this.#request, target);
    return (csv, encoding) => checkedEarly(csv, { name, reading: { ...reading, encoding }, checkColumns });
  }

  #check(
    sources: readonly SourceFile[],
    {
      totalBytes,
      ...pass
    }: Pick<FirstPassOptions, 'maxPartBytes' | 'stagedAs'> & { readonly totalBytes: number },
  ): Promise<FirstPassResult> {
    const { context, events, target } = this.#surroundings;
    const mayBeUnsent = this.#request.setAsideInvalid === true || target?.ids !== undefined;
    const onBytes = overAll<SourceFile>(({ name }, bytes) => {
      events.emit('scanning', { name, bytes, totalBytes });
    });
    return firstPass(sources, {
      request: this.#request,
      target,
      ...pass,
      onBytes,
      signal: context.signal,
      faultOf: this.#faulty.of,
      copyPath: (source) => this.#pathFor(`send-${source}.csv`),
      invalidRows: mayBeUnsent ? () => this.#invalidRows() : undefined,
    });
  }

  async #reform(
    checked: readonly CheckedSource[],
    {
      form,
      kept,
      ...more
    }: Pick<ReformOptions, 'form' | 'maxPartBytes' | 'setAside'> & {
      readonly kept: KeptColumns | undefined;
    },
  ): Promise<SendableSource[]> {
    const { limits, operation } = this.#request;
    const sendable: SendableSource[] = [];
    for (const [index, each] of checked.entries()) {
      const spoolPath = this.#pathFor(`send-${index}.csv`);
      const { maxRowsPerJob: maxPartRows } = limits;
      const keyName = keyNameOf(operation, each.columns.externalId);
      const options = {
        ...more,
        form,
        keyName,
        spoolPath,
        maxPartRows,
        signal: this.#surroundings.context.signal,
        ...(kept && { kept: { path: this.#pathFor(`kept-${index}`), cells: kept.cellsOf(each) } }),
      };
      sendable.push(await inForm(each, options));
    }
    return sendable;
  }

  #invalidRows(): InvalidRows {
    this.#checkedSources += 1;
    return new InvalidRows(this.#pathFor(`invalid-${this.#checkedSources}`));
  }

  #pathFor(name: string): string {
    return this.#surroundings.context.store.pathFor(this.#runId, name);
  }

  #toPlan(
    form: SendForm,
    sendable: readonly SendableSource[],
    externalId: string | undefined,
    maxPartBytes: number,
  ): LoadPlan {
    const { operation, object, assignmentRuleId, limits, resultsDir, reportPath, wait } = this.#request;
    const { target } = this.#surroundings;
    const { compress = false, retries = 0, maxFailures, change, ofCopy, stampField } = this.#request;
    const segments = sendable.flatMap((each, source) =>
      each.segments.map((segment) => ({ ...segment, source })),
    );
    const parts = packParts(segments, { maxPartBytes, maxPartRows: limits.maxRowsPerJob });
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    return {
      operation,
      object,
      externalId,
      assignmentRuleId,
      columnDelimiter: form.delimiter,
      lineEnding: form.lineEnding,
      header: form.header,
      columns: form.columns,
      sources: sendable.map(({ source }) => source),
      parts,
      rows,
      ...limitsOf(limits),
      resultsDir,
      reportPath,
      wait,
      ...(compress ? { compress } : {}),
      ...(retries > 0 ? { retries } : {}),
      ...(maxFailures === undefined ? {} : { maxFailures: failedRowsAllowed(maxFailures, rows) }),
      ...(change === undefined ? {} : { change }),
      ...(ofCopy === undefined ? {} : { ofCopy }),
      ...(stampField === undefined ? {} : { stampField }),
      ...(this.#request.preflight ? {} : { isUnchecked: true }),
      ...(target?.key === undefined ? {} : { keyField: target.key.name }),
      options: optionsOf(this.#request),
    };
  }
}
