import { withRetry } from '../../api/retry.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import type { Events } from '../../events.js';
import { InputError, type InputProblem } from '../../errors.js';
import { fieldsFor } from '../../mapping/mapping.js';
import type { InputMark, LoadPlan, SourceFile } from '../../run/record.js';
import type { RunContext } from '../../run/context.js';
import { requireResultsFolder } from '../collect/results-folder.js';
import type { LoadEvents } from '../events.js';
import { checkedEarly } from './check-early.js';
import { planColumns } from './columns.js';
import { repeatedFiles } from './repeated-files.js';
import { firstPass, readingOf, type CheckedSource, type FirstPassResult } from './first-pass.js';
import { requireReadable } from './open-input.js';
import { marksOf, optionsOf } from './identity.js';
import { chooseForm, formOfNothing, inForm, type SendableSource, type SendForm } from './send-form.js';
import { stageInput, type StagedInput, type StageOptions } from './stage.js';
import { brakeProblems, failedRowsAllowed } from '../brake.js';
import { overAll, withOwnNames } from './inputs.js';
import { packParts } from './parts.js';
import { keyNameOf } from '../check/key-sum.js';
import { partBytesFor, type LoadInput, type LoadRequest } from '../request.js';
import { describeTarget, type LoadTarget } from './target.js';

/** A plan, and the run whose spools it may refer to. */
export type PlannedLoad = {
  readonly runId: string;
  readonly plan: LoadPlan;
  readonly warnings: readonly InputProblem[];
};

/**
 * The first pass: reads the whole input, checks it, and cuts it into parts. Nothing is loaded before it is done.
 * @param ownRunId of a run that has begun and has no journal yet; default: a new one
 * @throws InputError the input cannot be loaded; everything that is wrong with it, as far as that can be told
 * @throws UsageError the object or the external id does not exist, or the folder for the results takes no files
 */
export async function planLoad(
  request: LoadRequest,
  context: RunContext,
  events: Events<LoadEvents>,
  ownRunId?: string,
): Promise<PlannedLoad> {
  await requireReadable(request.inputs);
  await context.store.prune();
  const runId = ownRunId ?? (await context.store.begin());
  await requireResultsFolder(request.resultsDir, runId);
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), context.retryPolicy);
  const target = await describeTarget(request, api, context.signal);
  try {
    return await new Planner(runId, request, { context, events, target }).plan();
  } catch (error) {
    await context.store.remove(runId);
    throw error;
  }
}

type Surroundings = {
  readonly context: RunContext;
  readonly events: Events<LoadEvents>;
  readonly target: LoadTarget | undefined;
};

class Planner {
  readonly #runId: string;
  readonly #request: LoadRequest;
  readonly #surroundings: Surroundings;

  constructor(runId: string, request: LoadRequest, surroundings: Surroundings) {
    this.#runId = runId;
    this.#request = request;
    this.#surroundings = surroundings;
  }

  async plan(): Promise<PlannedLoad> {
    const staged = await this.#stage();
    const sources = staged.flatMap(({ source, isEmpty }) => (isEmpty ? [] : [source]));
    const totalBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
    const maxPartBytes = partBytesFor(totalBytes, this.#request.limits);
    const { checked, warnings } = await this.#check(sources, totalBytes, maxPartBytes);
    const [first] = checked;
    const form = first === undefined ? formOfNothing : chooseForm(first);
    const sendable = [
      ...(await this.#reform(inOneOrder(checked, form), form, maxPartBytes)),
      ...staged.flatMap(({ source, isEmpty }) => (isEmpty ? [{ source, segments: [] }] : [])),
    ];
    const externalId = first === undefined ? this.#request.externalId : first.columns.externalId;
    const plan = this.#toPlan(form, sendable, externalId, maxPartBytes);
    const inputs = await this.#marks(staged, checked);
    const all = [...(await repeatedInputs(this.#request.inputs)), ...warnings, ...brakeProblems(plan)];
    return { runId: this.#runId, plan: { ...plan, inputs, ...told(all) }, warnings: all };
  }

  /** In the order of the sources: empty inputs come last. */
  async #marks(staged: readonly StagedInput[], checked: readonly CheckedSource[]): Promise<InputMark[]> {
    const { inputs } = this.#request;
    const filled = inputs.filter((_, index) => staged[index]?.isEmpty === false);
    const empty = inputs.filter((_, index) => staged[index]?.isEmpty !== false);
    return [...(await marksOf(filled, checked)), ...(await marksOf(empty, []))];
  }

  async #stage(): Promise<StagedInput[]> {
    const { context } = this.#surroundings;
    const { inputs, reading } = this.#request;
    const staged: StagedInput[] = [];
    const fields = this.#fieldsOfColumns();
    for (const [index, input] of withOwnNames(inputs).entries()) {
      const spoolPath = context.store.pathFor(this.#runId, `input-${index}.csv`);
      const { signal } = context;
      const checked = this.#checkedEarly(input);
      staged.push(await stageInput(input, { reading, spoolPath, checked, signal, ...fields }));
    }
    return staged;
  }

  #checkedEarly({ name }: LoadInput): StageOptions['checked'] {
    const { target } = this.#surroundings;
    const checkColumns = (columns: readonly string[]) => planColumns(columns, name, this.#request, target);
    const check = { name, reading: readingOf(this.#request, target), checkColumns };
    return (csv) => checkedEarly(csv, check);
  }

  /**
   * Typed formats have dates that are points in time, and nulls; only the fields tell whether the time counts, and
   * whether they take a null: a checkbox doesn't.
   */
  #fieldsOfColumns(): Pick<StageOptions, 'isDateColumn' | 'takesNull'> {
    const { target } = this.#surroundings;
    const { mapping } = this.#request.columns;
    if (target === undefined) return {};
    const fields = fieldIndexOf(target.describe);
    const typesOf = (column: string) => fieldsFor(mapping, column).map((name) => fields.field(name)?.type);
    return {
      isDateColumn: (column) => typesOf(column).includes('date'),
      takesNull: (column) => !typesOf(column).includes('boolean'),
    };
  }

  #check(sources: readonly SourceFile[], totalBytes: number, maxPartBytes: number): Promise<FirstPassResult> {
    const { context, events, target } = this.#surroundings;
    const onBytes = overAll<SourceFile>(({ name }, bytes) => {
      events.emit('scanning', { name, bytes, totalBytes });
    });
    return firstPass(sources, {
      request: this.#request,
      target,
      maxPartBytes,
      onBytes,
      signal: context.signal,
    });
  }

  async #reform(
    checked: readonly CheckedSource[],
    form: SendForm,
    maxPartBytes: number,
  ): Promise<SendableSource[]> {
    const { context } = this.#surroundings;
    const { columns, limits, operation } = this.#request;
    const sendable: SendableSource[] = [];
    for (const [index, each] of checked.entries()) {
      const spoolPath = context.store.pathFor(this.#runId, `send-${index}.csv`);
      const { maxRowsPerJob: maxPartRows } = limits;
      const keyName = keyNameOf(operation, each.columns.externalId);
      const options = {
        form,
        columns,
        keyName,
        spoolPath,
        maxPartBytes,
        maxPartRows,
        signal: context.signal,
      };
      sendable.push(await inForm(each, options));
    }
    return sendable;
  }

  #toPlan(
    form: SendForm,
    sendable: readonly SendableSource[],
    externalId: string | undefined,
    maxPartBytes: number,
  ): LoadPlan {
    const { operation, object, assignmentRuleId, limits, resultsDir, wait } = this.#request;
    const { compress = false, retries = 0, maxFailures, change } = this.#request;
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
      concurrency: limits.concurrency,
      resultsDir,
      wait,
      ...(compress ? { compress } : {}),
      ...(retries > 0 ? { retries } : {}),
      ...(maxFailures === undefined ? {} : { maxFailures: failedRowsAllowed(maxFailures, rows) }),
      ...(change === undefined ? {} : { change }),
      options: optionsOf(this.#request),
    };
  }
}

function told(warnings: readonly InputProblem[]): Pick<LoadPlan, 'warnings'> {
  return warnings.length === 0 ? {} : { warnings: warnings.map(({ message }) => message) };
}

/**
 * All parts of a load share one header: the columns of every source are sent in the order of the first.
 * @throws InputError a source has other columns
 */
function inOneOrder(checked: readonly CheckedSource[], form: SendForm): CheckedSource[] {
  const problems: InputProblem[] = [];
  const ordered = checked.map((each): CheckedSource => {
    const { source, columns } = each;
    const byName = new Map(columns.sent.map((column) => [column.name.toLowerCase(), column]));
    const sent = form.columns.flatMap((name) => byName.get(name.toLowerCase()) ?? []);
    if (sent.length !== form.columns.length || sent.length !== columns.sent.length) {
      const message = otherColumns(columns.sent, form.columns, checked[0]?.source.name ?? '');
      problems.push({ code: 'OTHER_COLUMNS', file: source.name, row: 0, message });
    }
    const isInOrder = sent.every((column, at) => column === columns.sent[at]);
    return isInOrder ? each : { ...each, columns: { ...columns, sent, needsRewrite: true } };
  });
  if (problems.length > 0) throw new InputError(problems);
  return ordered;
}

function otherColumns(
  sent: CheckedSource['columns']['sent'],
  wanted: readonly string[],
  first: string,
): string {
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  const own = sent.map(({ name }) => name);
  const missing = wanted.filter((name) => !lower(own).has(name.toLowerCase()));
  const extra = own.filter((name) => !lower(wanted).has(name.toLowerCase()));
  const parts = [
    ...(missing.length > 0
      ? [`${missing.join(', ')} of ${first} ${missing.length === 1 ? 'is' : 'are'} not in it`]
      : []),
    ...(extra.length > 0 ? [`${extra.join(', ')} ${extra.length === 1 ? 'is' : 'are'} not in ${first}`] : []),
  ];
  return `All files of a load have the same columns, and ${parts.join('; ')}. Load the files one by one, or leave columns out with --map "COLUMN=".`;
}

/** A file that is given twice is loaded twice: nothing says that it is a mistake, and much that it may be one. */
async function repeatedInputs(inputs: readonly LoadInput[]): Promise<InputProblem[]> {
  const repeated = await repeatedFiles(inputs);
  return repeated.map((file) => ({
    code: 'REPEATED_FILE',
    file,
    message: `${file} is given more than once: its rows are loaded each time.`,
  }));
}
