import {
  mostJobBytes,
  updateKeyOf,
  type LoadInput,
  type LoadLimits,
  type LoadRequest,
} from '../model/request.js';
import { realpath, stat } from 'node:fs/promises';
import { inParallel } from '../../parallel.js';
import type { InputMark, LoadPlan } from '../../run/record.js';
import type { InputProblem } from '../../errors.js';
import type { CheckedSource } from './first-pass.js';
import { isErrorColumn } from './own-columns.js';
import type { StagedInput } from './stage.js';

/**
 * Gives each input a name that no other input has: result files say by it which input a row is of. Of inputs with the
 * same name, the second is `name (2)`.
 */
export function withOwnNames<T extends Pick<LoadInput, 'name'>>(inputs: readonly T[]): T[] {
  const given = new Set(inputs.map(({ name }) => name));
  const taken = new Set<string>();
  /** For each name that was given, the number to try next. */
  const next = new Map<string, number>();
  return inputs.map((input) => {
    let { name } = input;
    let nth = next.get(name) ?? 2;
    for (; taken.has(name) || (name !== input.name && given.has(name)); nth += 1)
      name = `${input.name} (${nth})`;
    next.set(input.name, nth);
    taken.add(name);
    return { ...input, name };
  });
}

/** Adds up how far a pass over several inputs has come, one behind the other, by how far it has come in each. */
export function overAll<T>(tell: (input: T, bytes: number) => void): (input: T, bytes: number) => void {
  let current: T | undefined;
  let before = 0;
  let inCurrent = 0;
  return (input, bytes) => {
    if (input !== current) before += inCurrent;
    current = input;
    inCurrent = bytes;
    tell(input, before + bytes);
  };
}

/** The names of files that are among the inputs more than once, by whatever path; each once. */
export async function repeatedFiles(inputs: readonly LoadInput[]): Promise<string[]> {
  const seen = new Set<string>();
  const repeated = new Map<string, string>();
  for (const { name, path } of inputs) {
    if (path === undefined) continue;
    const real = await realpath(path).catch(() => path);
    if (seen.has(real) && !repeated.has(real)) repeated.set(real, name);
    seen.add(real);
  }
  return [...repeated.values()];
}

/** All of very many at once would take memory for each. */
const filesAtOnce = 16;

/** In the order of the sources: empty inputs come last. */
export async function marksInOrder(
  inputs: readonly LoadInput[],
  staged: readonly StagedInput[],
  checked: readonly CheckedSource[],
): Promise<InputMark[]> {
  const filled = inputs.filter((_, index) => staged[index]?.isEmpty === false);
  const empty = inputs.filter((_, index) => staged[index]?.isEmpty !== false);
  const marks = await marksOf(filled, checked);
  const records = staged.filter(({ isEmpty }) => !isEmpty).map(({ isRecords }) => isRecords === true);
  return [
    ...marks.map((mark, index) => (records[index] === true ? { ...mark, isRecords: true } : mark)),
    ...(await marksOf(empty, [])),
  ];
}

/** What tells later whether another load has the same inputs. Their bytes were summed up while they were checked. */
function marksOf(inputs: readonly LoadInput[], checked: readonly CheckedSource[]): Promise<InputMark[]> {
  const all = inputs.map(({ path }, index) => ({ path, scan: checked[index]?.scan }));
  return inParallel(all, filesAtOnce, async ({ path, scan }) => {
    const mark = await markOf(path, scan);
    return scan?.columns.some(isErrorColumn) === true ? { ...mark, hasErrors: true } : mark;
  });
}

/** What tells whether a file is one that was read before. @param scan of what was read of it; absent: nothing */
export async function markOf(
  path: string | undefined,
  { bytes, crc32 }: Pick<InputMark, 'bytes' | 'crc32'> = { bytes: 0, crc32: 0 },
): Promise<InputMark> {
  return { ...(path === undefined ? {} : await fileAt(path)), bytes, crc32 };
}

/** A pipe has no size, and its name says nothing of what comes through it. */
export async function fileAt(path: string): Promise<Partial<InputMark>> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return {};
  return { path: await realpath(path), size: found.size, mtimeMs: found.mtimeMs };
}

/**
 * The options of a request that decide what is sent of its inputs, in which jobs, and when that stops. One that says what
 * is the default is none.
 */
export function optionsOf(request: LoadRequest): Record<string, unknown> {
  const { reading, columns, assignmentRuleId, setAsideInvalid, maxFailures, retries, limits } = request;
  const keyField = updateKeyOf(request)?.toLowerCase();
  const options = { ...reading, ...columns, assignmentRuleId, setAsideInvalid, maxFailures, keyField };
  const maxRowsPerJob = Number.isFinite(limits.maxRowsPerJob) ? limits.maxRowsPerJob : undefined;
  const given = Object.entries({ ...options, maxRowsPerJob, retries: retries === 0 ? undefined : retries });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== false));
}

/** What a retry and a resume go by. */
export function limitsOf({
  concurrency,
  maxJobBytes,
}: LoadLimits): Pick<LoadPlan, 'concurrency' | 'maxJobBytes'> {
  return { concurrency, ...(maxJobBytes < mostJobBytes ? { maxJobBytes } : {}) };
}

/** A file that is given twice is loaded twice: nothing says that it is a mistake, and much that it may be one. */
export async function repeatedInputs(inputs: readonly LoadInput[]): Promise<InputProblem[]> {
  const repeated = await repeatedFiles(inputs);
  return repeated.map((file) => ({
    code: 'REPEATED_FILE',
    file,
    message: `${file} is given more than once: its rows are loaded each time.`,
  }));
}
