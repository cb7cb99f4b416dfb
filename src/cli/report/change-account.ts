import { answeredIn, errorsIn, resultsPathOf } from '../../lib/by-query/by-query.js';
import { endingIn, type LoadAccount } from '../../lib/load/account.js';
import type { LoadStatus } from '../../lib/load/load.js';
import type { ChangePlan } from '../../lib/run/change-plan.js';
import { endOf, type RunStore, type RunView } from '../../lib/run/store.js';
import { factsOfRun } from './change-facts.js';

/** What is known of a change over SObject Collections, in the shape that loads are told in. */
export async function changeAccount(run: RunView, store: RunStore): Promise<LoadAccount | undefined> {
  const { runId, records } = run;
  const [first] = records;
  if (first?.type !== 'change') return undefined;
  const done = endOf(records);
  const { successful, failed, skipped } = answeredIn(records).progress;
  const hasEnded = done !== undefined && done.reason === undefined;
  const failedFilePath = failed + skipped > 0 ? factsOfRun(run, undefined)?.failedFilePath : undefined;
  const status: LoadStatus = {
    runId,
    plan: planOf(first.plan),
    jobs: [],
    jobIds: [],
    state: hasEnded ? 'JobComplete' : done === undefined ? 'InProgress' : 'Aborted',
    processed: successful + failed,
    successful,
    failed,
    unprocessed: first.plan.rows - successful - failed,
    errors: await errorsIn(resultsPathOf(runId, { store })),
    ...(hasEnded ? { files: { success: null, failed: failedFilePath ?? null, unprocessed: null } } : {}),
  };
  return {
    status,
    org: first.org,
    startedAt: first.at,
    ...endingIn(records),
    parts: [],
    abandoned: [],
  };
}

/** It has no input and no parts: its records are in the org. */
function planOf({ operation, object, rows, change }: ChangePlan): LoadStatus['plan'] {
  return {
    operation,
    object,
    rows,
    change,
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    header: '',
    columns: [],
    sources: [],
    parts: [],
    concurrency: 1,
    resultsDir: '',
  };
}
