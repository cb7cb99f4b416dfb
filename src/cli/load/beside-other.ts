import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { mayHaveInserted, type SimilarLoad } from '../../lib/load/interrupted.js';
import { jobIdsOf, type RunView } from '../../lib/run/store.js';
import { saysYes } from '../ask.js';
import { DeclinedError } from '../exit-codes.js';
import { formatCount, formatRows } from '../units.js';
import { describeRun, lineWithNew, type Asker, type IfInterrupted } from './if-interrupted.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

/**
 * Decides whether an insert begins beside an unfinished one of some of the same files, or of what was in them then. It can't be
 * resumed by the insert, and both may have the same rows.
 * @param asked what `--if-interrupted` says
 * @throws UsageError nobody is there to say so, and rows may be in the org already, or the flag wants no insert beside another
 * @throws DeclinedError the person doesn't want it
 */
export async function decideBeside(
  command: Asker,
  other: SimilarLoad,
  asked: IfInterrupted | undefined,
): Promise<void> {
  const isRefusal = asked === 'resume' || asked === 'fail';
  const canAsk = asked === undefined && !command.jsonEnabled() && process.stdin.isTTY;
  if (asked === 'new' || (!isRefusal && !canAsk && !mayHaveInserted(other))) {
    warnOfOther(command, other.run);
    return;
  }
  if (!canAsk) throw refusal(command, other);
  command.warn([foundText(other), ...waysOf(other)].join('\n'));
  if (!(await saysYes(command, messages.getMessage('question.Beside')))) {
    throw new DeclinedError(messages.getMessage('declined'));
  }
}

export function warnOfOther(command: Pick<Asker, 'warn'>, run: RunView): void {
  const { name, facts } = describeRun(run);
  command.warn(messages.getMessage('warning.OtherBytes', [...facts, name]));
}

function refusal(command: Asker, other: SimilarLoad): UsageError {
  const { run } = other;
  return new UsageError(messages.getMessage('error.OtherBytes', [foundText(other)]), {
    actions: [...waysOf(other), messages.getMessage('action.Beside', [lineWithNew(command)])],
    data: { runId: run.runId, jobIds: jobIdsOf(run.records) },
  });
}

function foundText({ run, sent }: SimilarLoad): string {
  const facts = [...describeRun(run).facts];
  if (sent === undefined) return messages.getMessage('found.otherBytes.unknown', facts);
  return messages.getMessage('found.otherBytes', [...facts, formatCount(sent.closed), formatRows(sent.rows)]);
}

/** How the other one comes to its end. */
function waysOf({ run }: SimilarLoad): string[] {
  const { name } = describeRun(run);
  return [messages.getMessage('action.FinishOther', [name]), messages.getMessage('action.EndOther', [name])];
}
