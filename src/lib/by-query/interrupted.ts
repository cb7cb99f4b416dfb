import { isDeepStrictEqual } from 'node:util';
import type { RunContext } from '../run/context.js';
import { isSameOrg, orgOf } from '../run/org.js';
import type { QueriedChange } from '../run/record.js';
import { beginningOf, isFinished, type RunView } from '../run/store.js';
import { queriedChange, type ByQueryRequest } from './request.js';
import { readsRecords } from './template.js';

/** Unfinished changes of the same query, new values and org, newest first. A function is like no other. */
export async function interruptedChanges(request: ByQueryRequest, context: RunContext): Promise<RunView[]> {
  if (request.operation === 'update' && typeof request.change === 'function') return [];
  const org = await orgOf(context);
  const wanted = keyOf(queriedChange(request));
  return (await context.store.list()).filter((run) => {
    const first = beginningOf(run);
    if (first === undefined || first.type === 'export' || isFinished(run.records)) return false;
    const { change, operation } = first.plan;
    if (change === undefined || operation !== request.operation || !isSameOrg(first.org, org)) return false;
    return isDeepStrictEqual(keyOf(change), wanted);
  });
}

/** Whether a change that is made again would change what it has changed: its new values are made of old ones. */
export function changesTwice(request: ByQueryRequest): boolean {
  if (request.operation !== 'update') return false;
  return typeof request.change === 'function' || readsRecords(request.change);
}

/** The order in which fields are set does not count. */
function keyOf({ soql, template = {} }: QueriedChange): unknown {
  return [soql.trim(), Object.entries(template).sort(([one], [other]) => (one < other ? -1 : 1))];
}
