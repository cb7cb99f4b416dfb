import { UsageError } from '../../errors.js';
import { beginAlone } from '../../run/begin-alone.js';
import type { RunContext } from '../../run/context.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { isSameOrg, orgKey } from '../../run/org.js';
import { isFinished, type RunView } from '../../run/store.js';
import { requireNoneCreatedSince } from './created-before.js';
import { maySendTheSame, type BeginningCopy } from './same-orgs.js';
import { requireStillMatched, type MatchedCopy } from './still-matched.js';
import { hasTellingIds } from '../model/copy-files.js';
import { copyHasSent } from '../model/has-sent.js';
import { isCreating } from '../model/steps.js';

/**
 * Refuses a copy that would create records which an unfinished one has created, or is about to: without a key nothing tells
 * that they are there, and with one that is matched here it was looked for them before they were.
 * @throws UsageError with the ways on
 */
export async function requireNoneBegun(
  copy: BeginningCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<void> {
  const created = createdBy(copy.plan);
  if (created.length === 0) return;
  for await (const run of store.each()) {
    const [first] = run.records;
    if (run.runId === copy.runId || first?.type !== 'copy' || !isUnderWay(run)) continue;
    const object = createdTwice(created, { one: copy, other: first });
    if (object === undefined) continue;
    throw new UsageError(
      `Another copy into the same org creates ${object} records too, and hasn't finished. If you start this one, records may be created twice.`,
      {
        actions: [
          `Resume it: sf bulk2 job resume --id ${run.runId}`,
          ...(await abortFirst(run, first.plan, store)),
        ],
        data: { runId: run.runId },
      },
    );
  }
}

/** The way on without the unfinished copy. What it has created would be created again by one that doesn't know of it. */
async function abortFirst(run: RunView, plan: CopyPlan, store: RunContext['store']): Promise<string[]> {
  const abort = `Or abort it: sf bulk2 job abort --id ${run.runId}`;
  if (!(await copyHasSent(run, store)))
    return [`${abort}. Then run this command again: nothing of it was sent.`];
  return hasTellingIds(plan)
    ? [
        `${abort}. Then run this command again with --known-ids ${plan.resultsDir}: what it created is updated.`,
      ]
    : [`${abort}. What it created stays, and is created again unless you leave it out.`];
}

/** Does so while no other process begins such a copy. @param begin lets others find it */
export async function beginAfterOthers(
  copy: BeginningCopy & MatchedCopy,
  context: RunContext,
  begin: () => Promise<void>,
): Promise<void> {
  const kinds = [`copy into ${orgKey(copy.org)}`];
  await beginAlone({ kinds, context, onWait: () => undefined }, async () => {
    await requireNoneBegun(copy, context);
    await requireStillMatched(copy, context);
    await requireNoneCreatedSince(copy, context);
    await begin();
  });
}

function createdBy({ objects, output }: CopyPlan): readonly CopyObject[] {
  if (output !== undefined) return [];
  return objects.filter(isCreating);
}

/** An object of which both create records that may be the same, and that nothing tells to be the same. */
function createdTwice(
  created: readonly CopyObject[],
  { one, other }: { readonly one: BeginningCopy; readonly other: BeginningCopy },
): string | undefined {
  if (!isSameOrg(one.org, other.org)) return undefined;
  const others = createdBy(other.plan);
  const found = created.find((each) => {
    const same = others.find(({ object }) => object === each.object);
    if (same === undefined) return false;
    // Records of the target that it was compared with; those of two orgs may have the same keys.
    if (each.match !== undefined || same.match !== undefined) return true;
    return each.key === undefined && same.key === undefined && maySendTheSame(one, other);
  });
  return found?.object;
}

/** Somebody has agreed to it: it may have sent something. */
function isUnderWay({ records }: RunView): boolean {
  return !isFinished(records) && records.some(({ type }) => type === 'agreed');
}
