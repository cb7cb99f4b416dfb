import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import type { CopyPlan } from '../run/copy-record.js';
import { isSameOrg } from '../run/org.js';
import type { RunOrg } from '../run/record.js';
import { endOf, jobIdsOf, type RunView } from '../run/store.js';

/** A copy that has read the keys of the target after this moment. */
export type MatchedCopy = { readonly plan: CopyPlan; readonly org: RunOrg; readonly at: string };

/**
 * Refuses a copy that takes records for new, and has read which ones the target has before another run of this machine loaded
 * some: they may be there by now.
 * @throws UsageError with the way on
 */
export async function requireStillMatched(
  copy: MatchedCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<void> {
  const objects = matchedAndCreated(copy.plan);
  if (objects.size === 0) return;
  for await (const run of store.each()) {
    const object = createdIn(run, copy);
    if (object === undefined || !objects.has(object) || !(await isSince(run, copy.at))) continue;
    throw new UsageError(
      `Records of ${object} have been loaded into the target since this copy compared them: what it would create may be there by now.`,
      {
        actions: ['Start the copy again: it compares them anew. Nothing was sent.'],
        data: { object, runId: run.runId },
      },
    );
  }
}

function matchedAndCreated({ objects }: CopyPlan): ReadonlySet<string> {
  const matched = objects.filter(
    ({ match, operation }) => match !== undefined && (operation === 'insert' || operation === 'upsert'),
  );
  return new Set(matched.map(({ object }) => object));
}

/** The object of which a run has created records in the same org, if it is such a one. */
function createdIn({ records }: RunView, { org }: MatchedCopy): string | undefined {
  const [first] = records;
  if (first?.type !== 'load' || !isSameOrg(first.org, org) || jobIdsOf(records).length === 0)
    return undefined;
  const { operation, object } = first.plan;
  return operation === 'insert' || operation === 'upsert' ? object : undefined;
}

/** Whether a run ended after that; one that has not ended was at work for as long as its journal was written to. */
async function isSince({ records, path }: RunView, at: string): Promise<boolean> {
  const ended = endOf(records)?.at;
  if (ended !== undefined) return ended >= at;
  const found = await stat(path).catch(() => undefined);
  return (found?.mtimeMs ?? 0) >= Date.parse(at);
}
