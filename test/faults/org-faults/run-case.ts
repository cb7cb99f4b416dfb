import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { RetryPolicy } from '../../../src/lib/api/retry.js';
import { Bulk2Error } from '../../../src/lib/errors.js';
import { startOrg, type FaultSpec, type Org } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../library.ts';
import type { Workload } from '../workload.ts';

/** How a run under a fault has ended, and what is wrong after it was resumed without one. */
export type FaultOutcome = {
  /** `right`, or the name of the error that it ended with. */
  readonly ending: string;
  readonly problems: readonly string[];
};

/** Short, so that a fault that comes three times in a row is more than the policy takes. */
export const shortPolicy = { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 5, longestWaitMs: 20 };
const idleTimeoutMs = 400;
/** Uploads wait for seconds between their attempts; nothing may go on for long behind that. */
const mostMs = 40_000;

export type CaseOptions = { readonly renewable?: boolean; readonly retryPolicy?: RetryPolicy };

/** Runs a load or an export under faults; if it ends with an error, they pass and it is resumed. */
export async function runUnderFaults(
  workload: Workload,
  faults: readonly FaultSpec[],
  { renewable = false, retryPolicy = shortPolicy }: CaseOptions = {},
): Promise<FaultOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-fault-'));
  await using org = await startOrg(workload.orgOptions);
  try {
    await workload.prepare(folder, org);
    const added = await Promise.all(faults.map((fault) => org.faults.add(fault)));
    const startedMs = Date.now();
    const renew = renewable ? () => org.expireSession() : undefined;
    const error = await failureOf(workload, { org, folder, renew, retryPolicy });
    const elapsedMs = Date.now() - startedMs;
    const states = await Promise.all(added.map((fault) => fault.state()));
    await org.faults.clear();
    const problems = [
      ...states.filter(({ hits }) => hits === 0).map(({ spec }) => `never met: ${inspect(spec)}`),
      ...(elapsedMs > mostMs ? [`it took ${elapsedMs} ms`] : []),
      ...(error === undefined || error instanceof Bulk2Error ? [] : [`not a typed error: ${inspect(error)}`]),
      ...(error === undefined ? await workload.problems(org, folder) : await finish(workload, org, folder)),
    ];
    return { ending: error === undefined ? 'right' : (error as Error).name, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Surroundings = {
  readonly org: Org;
  readonly folder: string;
  readonly renew: (() => Promise<string>) | undefined;
  readonly retryPolicy: RetryPolicy;
};

async function failureOf(
  workload: Workload,
  { org, folder, renew, retryPolicy }: Surroundings,
): Promise<unknown> {
  const library = openLibrary(placeOf(org, folder), { retryPolicy, idleTimeoutMs, renew });
  try {
    await workload.start(library, folder);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await library.close();
  }
}

async function finish(workload: Workload, org: Org, folder: string): Promise<string[]> {
  const library = openLibrary(placeOf(org, folder), { retryPolicy: shortPolicy });
  try {
    const startedMs = Date.now();
    const run = (await library.store.list()).find((each) => workload.isOwn?.(each) ?? true);
    const hasEnded = run?.records.at(-1)?.type === 'done';
    if (run !== undefined && !hasEnded) await workload.resume(run, library);
    else if (workload.isRepeatable === true) await workload.start(library, folder);
    else if (run === undefined) return await workload.problemsUnbegun(org, folder);
    const elapsedMs = Date.now() - startedMs;
    return [
      ...(elapsedMs > mostMs ? [`resuming it took ${elapsedMs} ms`] : []),
      ...(await workload.problems(org, folder)),
    ];
  } catch (error) {
    return [`resuming it: ${String(error)}`];
  } finally {
    await library.close();
  }
}
