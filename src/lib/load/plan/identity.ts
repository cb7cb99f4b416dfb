import { realpath, stat } from 'node:fs/promises';
import type { InputMark } from '../../run/record.js';
import type { LoadInput, LoadRequest } from '../model/request.js';
import type { CheckedSource } from './first-pass.js';

/** What tells later whether another load has the same inputs. Their bytes were summed up while they were checked. */
export function marksOf(
  inputs: readonly LoadInput[],
  checked: readonly CheckedSource[],
): Promise<InputMark[]> {
  return Promise.all(
    inputs.map(async ({ path }, index) => {
      const { bytes = 0, crc32 = 0 } = checked[index]?.scan ?? {};
      return { ...(path === undefined ? {} : await fileAt(path)), bytes, crc32 };
    }),
  );
}

/** A pipe has no size, and its name says nothing of what comes through it. */
async function fileAt(path: string): Promise<Partial<InputMark>> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return {};
  return { path: await realpath(path), size: found.size, mtimeMs: found.mtimeMs };
}

/**
 * The options of a request that decide what is sent of its inputs, in which jobs, and when that stops. One that says what
 * is the default is none.
 */
export function optionsOf({
  reading,
  columns,
  assignmentRuleId,
  setAsideInvalid,
  maxFailures,
  retries,
  limits,
}: LoadRequest): Record<string, unknown> {
  const options = { ...reading, ...columns, assignmentRuleId, setAsideInvalid, maxFailures };
  const maxRowsPerJob = Number.isFinite(limits.maxRowsPerJob) ? limits.maxRowsPerJob : undefined;
  const given = Object.entries({ ...options, maxRowsPerJob, retries: retries === 0 ? undefined : retries });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== false));
}
