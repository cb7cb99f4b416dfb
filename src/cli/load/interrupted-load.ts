import { Messages } from '@salesforce/core';
import type { Events } from '../../lib/events.js';
import type { AbortedJob } from '../../lib/jobs/end-jobs.js';
import { abortLoad } from '../../lib/load/abort-load.js';
import type { LoadEvents, PlannedLoad } from '../../lib/load/load.js';
import {
  interruptedLoads,
  similarInsert,
  type InterruptedLoad,
  type SimilarLoad,
} from '../../lib/load/interrupted.js';
import type { RunContext } from '../../lib/run/context.js';
import { holderOf, isAtWork } from '../../lib/run/if-interrupted.js';
import type { LoadPlan } from '../../lib/run/record.js';
import type { RunStore, RunView } from '../../lib/run/store.js';
import { decideBeside, warnOfOther } from './beside-other.js';
import { settleInsertedSince } from './inserted-since.js';
import { decide, describeRun, type Asker, type IfInterrupted } from './if-interrupted.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

/** The command that asks, and says what it does. */
export type Voice = Asker & { log(text?: string): void };

export type Surroundings = { readonly context: RunContext; readonly events: Events<LoadEvents> };

/** The flags that options of a request come from, where they are called otherwise. */
const flagNames: Readonly<Record<string, string>> = {
  format: '--input-format',
  delimiter: '--column-delimiter',
  mapping: '--map or --mapping-file',
  ignoreUnknown: '--ignore-unknown-columns',
  formats: '--date-format and other formats of values',
  retries: '--retry-failed',
};

/**
 * Finds out whether a planned load was begun before and interrupted, and what becomes of that.
 * @returns the load to resume instead of the planned one; undefined when that is to begin
 */
export async function settleInterrupted(
  command: Voice,
  planned: PlannedLoad,
  asked: IfInterrupted | undefined,
  { context, events }: Surroundings,
): Promise<InterruptedLoad | undefined> {
  const { plan, runId } = planned;
  if (plan.rows === 0) return undefined;
  const { same, similar } = await interruptedLoads(planned, context);
  const [newest] = same;
  if (newest === undefined) {
    try {
      await settleSimilar(command, plan, { similar, asked, store: context.store });
    } catch (error) {
      await context.store.remove(runId);
      throw error;
    }
    return undefined;
  }
  const otherFlags = newest.differences.map(flagNameOf);
  try {
    const { run } = newest;
    const heldBy = await holderOf(run, context.store);
    const isRisky = plan.operation === 'insert';
    const decision = await decide(command, { run, asked, isRisky, heldBy, otherFlags });
    if (decision === 'new') {
      for (const each of same) await endAndTell(command, each.run, { context, events });
    }
    if (decision !== 'resume') return undefined;
    await settleInsertedSince(command, { run, isNamed: false }, context.store);
  } catch (error) {
    await context.store.remove(runId);
    throw error;
  }
  await context.store.remove(runId);
  command.log(messages.getMessage('resuming', [...describeRun(newest.run).facts]));
  return newest;
}

type Similar = {
  readonly similar: readonly SimilarLoad[];
  readonly asked: IfInterrupted | undefined;
  readonly store: RunStore;
};

/** A load of other bytes can't resume them. Nothing of these ends here: their rows are others, or in other files, too. */
async function settleSimilar(
  command: Voice,
  plan: LoadPlan,
  { similar, asked, store }: Similar,
): Promise<void> {
  const other = similarInsert(plan, similar);
  if (other !== undefined) {
    return decideBeside(command, other, { asked, isAtWork: await isAtWork(other.run, store) });
  }
  const [first] = similar;
  if (first !== undefined) warnOfOther(command, first.run);
}

/** Ends an interrupted load, so that another one can begin. One whose journal can't be read stays as it is. */
export async function endAndTell(
  command: Voice,
  run: RunView,
  { context, events }: Surroundings,
): Promise<void> {
  if (run.damage !== undefined) {
    command.warn(messages.getMessage('warning.Unreadable', [run.damage.message, run.path]));
    return;
  }
  const reason = messages.getMessage('reason');
  // Jobs that have saved rows already, which are sent again.
  const closed: string[] = [];
  const onJob = ({ info }: AbortedJob): void => {
    if ((info.numberRecordsProcessed ?? 0) > 0) closed.push(info.id);
  };
  await abortLoad(run, { reason, events, onJob }, context);
  const { facts } = describeRun(run);
  if (closed.length === 0) command.log(messages.getMessage('ended', [...facts]));
  else command.warn(messages.getMessage('endedWithJobs', [...facts, closed.join(', ')]));
}

/** `emptyAsNull` as `--empty-as-null`. */
function flagNameOf(option: string): string {
  return flagNames[option] ?? `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
