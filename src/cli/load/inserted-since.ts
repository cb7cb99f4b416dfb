import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { insertedSince } from '../../lib/load/inserted-since.js';
import { beginningOf, jobIdsOf, type RunStore, type RunView } from '../../lib/run/store.js';
import { saysYes } from '../ask.js';
import { DeclinedError } from '../exit-codes.js';
import { formatTime } from '../units.js';
import { describeRun, type Asker } from './if-interrupted.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

/**
 * Asks before an insert is resumed whose rows another one may have inserted since, with other content of the same files.
 * @param isNamed the command names this very insert: where nobody can be asked, it goes on with a warning
 * @throws UsageError nobody can be asked
 * @throws DeclinedError the person doesn't want it
 */
export async function settleInsertedSince(
  command: Asker,
  { run, isNamed }: { readonly run: RunView; readonly isNamed: boolean },
  store: RunStore,
): Promise<void> {
  const since = await insertedSince(run, store);
  if (since === undefined) return;
  const { name, facts } = describeRun(run);
  const startedAt = formatTime(beginningOf(since)?.at ?? '');
  const found = messages.getMessage('found.insertedSince', [...facts, describeRun(since).name, startedAt]);
  if (!command.jsonEnabled() && process.stdin.isTTY) {
    command.warn(found);
    if (await saysYes(command, messages.getMessage('question.InsertedSince'))) return;
    throw new DeclinedError(messages.getMessage('declined'));
  }
  if (isNamed) {
    command.warn(messages.getMessage('warning.InsertedSince', [found]));
    return;
  }
  throw new UsageError(messages.getMessage('error.InsertedSince', [found]), {
    actions: [
      messages.getMessage('action.EndThis', [name]),
      messages.getMessage('action.ResumeAllTheSame', [name]),
    ],
    data: { runId: run.runId, jobIds: [...jobIdsOf(run.records), ...jobIdsOf(since.records)] },
  });
}
