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

type Choice = {
  /** What `--if-interrupted` says. */
  readonly asked: IfInterrupted | undefined;
  /** A living process works on the other one: what it hasn't saved, it is about to. */
  readonly isAtWork?: boolean;
};

/**
 * Decides whether an insert begins beside an unfinished one of some of the same files, or of what was in them then. It can't be
 * resumed by the insert, and both may have the same rows.
 * @throws UsageError nobody is there to say so, and rows may be in the org already, or the flag wants no insert beside another
 * @throws DeclinedError the person doesn't want it
 */
export async function decideBeside(
  command: Asker,
  other: SimilarLoad,
  { asked, isAtWork = false }: Choice,
): Promise<void> {
  const isSafe = !mayHaveInserted(other) && !isAtWork;
  const canAsk = asked === undefined && !command.jsonEnabled() && process.stdin.isTTY;
  if (asked === 'new' || (isSafe && !canAsk && asked !== 'fail')) {
    if (isSafe) warnOfUnsaved(command, other.run);
    else warnOfOther(command, other.run);
    return;
  }
  if (!canAsk) throw refusal(command, other, isAtWork);
  command.warn([foundText(other, isAtWork), ...waysOf(other, isAtWork)].join('\n'));
  const question = messages.getMessage(isSafe ? 'question.Beside.none' : 'question.Beside');
  if (!(await saysYes(command, question))) throw new DeclinedError(messages.getMessage('declined'));
}

export function warnOfOther(command: Pick<Asker, 'warn'>, run: RunView): void {
  const { name, facts } = describeRun(run);
  command.warn(messages.getMessage('warning.OtherBytes', [...facts, name]));
}

function warnOfUnsaved(command: Pick<Asker, 'warn'>, run: RunView): void {
  const { name, facts } = describeRun(run);
  command.warn(messages.getMessage('warning.OtherUnsaved', [...facts, name, name]));
}

function refusal(command: Asker, other: SimilarLoad, isAtWork: boolean): UsageError {
  const { run } = other;
  const isSafe = !mayHaveInserted(other) && !isAtWork;
  const key = isSafe ? 'error.OtherBytes.none' : 'error.OtherBytes';
  return new UsageError(messages.getMessage(key, [foundText(other, isAtWork)]), {
    actions: [...waysOf(other, isAtWork), messages.getMessage('action.Beside', [lineWithNew(command)])],
    data: { runId: run.runId, jobIds: jobIdsOf(run.records) },
  });
}

function foundText({ run, sent }: SimilarLoad, isAtWork: boolean): string {
  const facts = [...describeRun(run).facts];
  if (isAtWork) return messages.getMessage('found.otherBytes.atWork', facts);
  if (sent === undefined) return messages.getMessage('found.otherBytes.unknown', facts);
  if (sent.closed === 0) return messages.getMessage('found.otherBytes.none', facts);
  return messages.getMessage('found.otherBytes', [...facts, formatCount(sent.closed), formatRows(sent.rows)]);
}

/** How the other one comes to its end. */
function waysOf(other: SimilarLoad, isAtWork: boolean): string[] {
  const { name } = describeRun(other.run);
  if (isAtWork)
    return [messages.getMessage('action.WaitForOther'), messages.getMessage('action.ResumeLater', [name])];
  const end = mayHaveInserted(other) ? 'action.EndOther' : 'action.EndUnsaved';
  return [messages.getMessage('action.FinishOther', [name]), messages.getMessage(end, [name])];
}
