import { isDeepStrictEqual } from 'node:util';
import { isSameObject } from '../api/job-answer.js';
import type { RunContext } from '../run/context.js';
import { isSameOrg, orgKey, orgOf } from '../run/org.js';
import type { QueriedChange } from '../run/change-plan.js';
import { beginningOf, isFinished, type RunView } from '../run/store.js';
import { canonicalSource } from '../soql/tokens.js';
import { objectOf } from '../soql/outline.js';
import { queriedChange, type ByQueryRequest } from './request.js';
import { readsRecords, withPlainPaths } from './template.js';
import { rm } from 'node:fs/promises';
import { Events } from '../events.js';
import type { LoadEvents } from '../load/model/events.js';
import { endAborted } from '../run/abort-run.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { changesPathOf } from './save.js';

/** Unfinished changes by query that have to do with one that is about to begin, each list newest first. */
type InterruptedChanges = {
  /** Of the same records, new values and org, however the query is spelled. A function is like no other. */
  readonly same: readonly RunView[];
  /** Others that set one of the same fields of the same object: both may change the same records. */
  readonly overlapping: readonly OverlappingChange[];
};

type OverlappingChange = {
  readonly run: RunView;
  /** What it was asked for otherwise. */
  readonly differences: ReadonlyArray<'query' | 'set'>;
};

/** Looks for unfinished changes by query of what a new one would change. */
export async function interruptedChanges(
  request: ByQueryRequest,
  context: RunContext,
): Promise<InterruptedChanges> {
  if (request.operation === 'update' && typeof request.change === 'function') {
    return { same: [], overlapping: [] };
  }
  const org = await orgOf(context);
  const wanted = keyOf(queriedChange(request));
  const same: RunView[] = [];
  const overlapping: OverlappingChange[] = [];
  for await (const run of context.store.each()) {
    const first = beginningOf(run);
    if (first?.type !== 'load' && first?.type !== 'change') continue;
    if (isFinished(run.records)) continue;
    const { change, operation, object } = first.plan;
    if (change === undefined || operation !== request.operation || !isSameOrg(first.org, org)) continue;
    const key = keyOf(change);
    if (isDeepStrictEqual(key, wanted)) same.push(run);
    else if (isSameObject(object, objectOf(request.soql) ?? '') && setsOneOf(key, wanted)) {
      overlapping.push({ run, differences: differencesBetween(key, wanted) });
    }
  }
  return { same, overlapping };
}

/** Whether a change that is made again would change what it has changed: its new values are made of old ones. */
export function changesTwice(request: ByQueryRequest): boolean {
  if (request.operation !== 'update') return false;
  return typeof request.change === 'function' || readsRecords(request.change);
}

/**
 * Names what must be begun by one process at a time, since beginning it twice changes values twice: each field of an
 * object that gets new values made of old ones. Empty for other changes.
 */
export async function kindsOfChange(request: ByQueryRequest, context: RunContext): Promise<string[]> {
  if (!changesTwice(request)) return [];
  const org = orgKey(await orgOf(context));
  const object = objectOf(request.soql)?.toLowerCase();
  const { sets } = keyOf(queriedChange(request));
  return [...sets.keys()].map((field) => JSON.stringify([org, request.operation, object, field]));
}

/** What tells whether two changes are the same. */
type ChangeKey = { readonly source: string; readonly sets: ReadonlyMap<string, unknown> };

/** The order in which fields are set does not count, nor the case of their names. */
function keyOf({ soql, template = {} }: QueriedChange): ChangeKey {
  const sets = Object.entries(template).map(
    ([field, value]) =>
      [field.toLowerCase(), typeof value === 'string' ? withPlainPaths(value) : value] as const,
  );
  return { source: canonicalSource(soql), sets: new Map(sets) };
}

function setsOneOf({ sets: one }: ChangeKey, { sets: other }: ChangeKey): boolean {
  return [...one.keys()].some((field) => other.has(field));
}

function differencesBetween(one: ChangeKey, other: ChangeKey): OverlappingChange['differences'] {
  return [
    ...(one.source === other.source ? [] : (['query'] as const)),
    ...(isDeepStrictEqual(one.sets, other.sets) ? [] : (['set'] as const)),
  ];
}

/**
 * Ends an interrupted change over SObject Collections where it stands: what was changed stays changed, and it can't be
 * resumed any more. Nothing is asked of the org.
 * @param reason a sentence that says who has ended it
 * @returns whether it had finished before, which is left as it is
 * @throws RunLockedError another process works on it
 */
export async function endChange(
  runId: string,
  reason: string,
  context: Pick<RunContext, 'store' | 'signal' | 'deadline'>,
  events = new Events<LoadEvents>(),
): Promise<{ readonly hadEnded: boolean }> {
  const journal = await openInterrupted({ runId, deadline: context.deadline, events }, context);
  try {
    const hadEnded = await endAborted(journal, reason);
    await rm(changesPathOf(runId, context), { force: true });
    return { hadEnded };
  } finally {
    await journal.close();
  }
}
