import { Messages } from '@salesforce/core';
import { endChange, changesTwice, interruptedChanges } from '../../lib/by-query/interrupted.js';
import type { ByQueryRequest } from '../../lib/by-query/by-query.js';
import { holderOf } from '../../lib/run/if-interrupted.js';
import { beginningOf, type RunView } from '../../lib/run/store.js';
import { decide, describeRun, type IfInterrupted } from '../load/if-interrupted.js';
import { endAndTell, type Surroundings, type Voice } from '../load/interrupted-load.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

/** The flags that parts of a change come from. */
const flagNames = { query: '--query or --where', set: '--set' } as const;

/**
 * Finds out whether a change by query was begun before and interrupted, and what becomes of that.
 * @returns the change to resume instead of a new one; undefined when that is to begin
 */
export async function settleInterruptedChange(
  command: Voice,
  request: ByQueryRequest,
  asked: IfInterrupted | undefined,
  surroundings: Surroundings,
): Promise<RunView | undefined> {
  const { same, overlapping } = await interruptedChanges(request, surroundings.context);
  const all = [...same, ...overlapping.map((each) => each.run)];
  const [run] = all;
  if (run === undefined) return undefined;
  const other = overlapping.find((each) => each.run === run);
  const decision = await decide(command, {
    run,
    asked,
    isRisky: changesTwice(request),
    heldBy: await holderOf(run, surroundings.context.store),
    otherFlags: other?.differences.map((part) => flagNames[part]),
    isOther: other !== undefined,
  });
  if (decision === 'new') for (const each of all) await end(command, each, surroundings);
  if (decision !== 'resume') return undefined;
  command.log(messages.getMessage('resuming', [...describeRun(run).facts]));
  return run;
}

async function end(command: Voice, run: RunView, { context, events }: Surroundings): Promise<void> {
  if (run.damage !== undefined || beginningOf(run)?.type === 'load') {
    await endAndTell(command, run, { context, events });
    return;
  }
  await endChange(run.runId, messages.getMessage('reason'), context, events);
  command.log(messages.getMessage('ended', [...describeRun(run).facts]));
}
