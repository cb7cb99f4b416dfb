import { UsageError } from '../errors.js';
import { beginAlone } from '../run/begin-alone.js';
import type { RunContext } from '../run/context.js';
import type { CopyObject, CopyPlan } from '../run/copy-record.js';
import { isSameOrg, orgKey } from '../run/org.js';
import type { RunOrg } from '../run/record.js';
import { isFinished, type RunView } from '../run/store.js';

/** A copy, and what tells it from others between the same orgs. */
export type BeginningCopy = {
  readonly plan: CopyPlan;
  readonly org: RunOrg;
  /** Absent where the records come from a folder. */
  readonly source?: RunOrg | undefined;
  readonly runId?: string;
};

/**
 * Refuses a copy that would create records which an unfinished one between the same orgs has created, or is about to:
 * without a key nothing tells that they are there.
 * @throws UsageError with the ways on
 */
export async function requireNoneBegun(
  copy: BeginningCopy,
  { store }: Pick<RunContext, 'store'>,
): Promise<void> {
  const created = createdBy(copy.plan);
  if (created.size === 0) return;
  for await (const run of store.each()) {
    if (run.runId === copy.runId || !isUnderWay(run, copy)) continue;
    const [first] = run.records;
    const object =
      first?.type === 'copy' ? [...createdBy(first.plan)].find((each) => created.has(each)) : undefined;
    if (object === undefined) continue;
    throw new UsageError(
      `A copy between the same orgs creates ${object} records too, and hasn't finished. If you start this one, records may be created twice.`,
      {
        actions: [
          `Resume it: sf bulk2 job resume --id ${run.runId}`,
          `Or abort it and run this command again; what it created stays: sf bulk2 job abort --id ${run.runId}`,
        ],
        data: { runId: run.runId },
      },
    );
  }
}

/** Does so while no other process begins such a copy. @param begin lets others find it */
export async function beginAfterOthers(
  copy: BeginningCopy,
  context: RunContext,
  begin: () => Promise<void>,
): Promise<void> {
  const orgs = [copy.org, copy.source].map((org) => (org === undefined ? '' : orgKey(org)));
  const kinds = [`copy ${orgs.join(' ')}`];
  await beginAlone({ kinds, context, onWait: () => undefined }, async () => {
    await requireNoneBegun(copy, context);
    await begin();
  });
}

function createdBy({ objects, output }: CopyPlan): ReadonlySet<string> {
  if (output !== undefined) return new Set();
  // What it was about to create when it was matched is created all the same.
  const creates = ({ operation, key }: CopyObject): boolean =>
    key === undefined && (operation === 'insert' || operation === 'upsert');
  return new Set(objects.filter(creates).map(({ object }) => object));
}

/** Somebody has agreed to it: it may have sent something. */
function isUnderWay({ records }: RunView, copy: BeginningCopy): boolean {
  const [first] = records;
  if (first?.type !== 'copy' || isFinished(records)) return false;
  return records.some(({ type }) => type === 'agreed') && isBetweenSameOrgs(first, copy);
}

type Ends = Pick<BeginningCopy, 'org' | 'source'>;

/** Whether two copies go from the same org, or both from files, into the same one. */
export function isBetweenSameOrgs(one: Ends, other: Ends): boolean {
  if (!isSameOrg(one.org, other.org)) return false;
  return one.source === undefined || other.source === undefined
    ? one.source === other.source
    : isSameOrg(one.source, other.source);
}
