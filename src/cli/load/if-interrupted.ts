import { Messages } from '@salesforce/core';
import { saysYes } from '../ask.js';
import { Flags, type SfCommand } from '@salesforce/sf-plugins-core';
import { Bulk2Error, UsageError } from '../../lib/errors.js';
import { RunLockedError } from '../../lib/run/errors.js';
import { beginningOf, jobIdsOf, nameOfRun, type RunView } from '../../lib/run/store.js';
import { DeclinedError } from '../exit-codes.js';
import { shellWord } from '../shown.js';
import { formatTime } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

const choices = ['resume', 'new', 'fail'] as const;

export type IfInterrupted = (typeof choices)[number];

export const ifInterruptedFlag = Flags.option({
  options: choices,
  summary: messages.getMessage('flags.if-interrupted.summary'),
  description: messages.getMessage('flags.if-interrupted.description'),
})();

/** What a command does that finds the same work interrupted: finish that, end it first, or begin beside it. */
export type Decision = 'resume' | 'new' | 'beside';

export type Question = {
  /** The interrupted run; the newest, where there are several. */
  readonly run: RunView;
  /** What `--if-interrupted` says. */
  readonly asked: IfInterrupted | undefined;
  /** Sending everything again would insert rows, or change values, twice. */
  readonly isRisky: boolean;
  /** Which process works on the run at this moment, or may do so. */
  readonly heldBy?: RunLockedError | undefined;
  /** Flags that were others when the run began: this command would not send the same. */
  readonly otherFlags?: readonly string[] | undefined;
  /** It isn't the same change, but one that sets the same fields. */
  readonly isOther?: boolean | undefined;
};

/** The command that asks. */
export type Asker = Pick<SfCommand<unknown>, 'warn' | 'confirm' | 'jsonEnabled'> & {
  readonly id?: string | undefined;
  readonly argv: readonly string[];
};

/**
 * Decides what becomes of interrupted work that a command is about to do again.
 * @throws UsageError it can't be resumed by this command, or nobody is there to say what to do
 * @throws DeclinedError the person wants neither
 */
export async function decide(command: Asker, question: Question): Promise<Decision> {
  const { run, asked, isRisky, heldBy, otherFlags = [] } = question;
  if (asked === undefined && !isRisky) {
    command.warn(besideText(question));
    return 'beside';
  }
  if (heldBy?.ownerLives === true) throw atWork(question, heldBy);
  if (asked === 'new') return 'new';
  if (asked === 'resume') {
    if (run.damage !== undefined) throw unreadable(command, question, run.damage);
    if (otherFlags.length > 0) throw otherOptions(command, question);
    return 'resume';
  }
  const canAsk = asked === undefined && !command.jsonEnabled() && process.stdin.isTTY;
  return canAsk ? ask(command, question) : refuse(command, question);
}

/** Names only commands that can work. */
function besideText(question: Question): string {
  const { run, heldBy } = question;
  const { name, text } = describeRun(run, question);
  if (run.damage !== undefined) {
    return messages.getMessage('warning.StartsBeside', [`${text} ${run.damage.message}`]);
  }
  if (heldBy?.ownerLives === true) return messages.getMessage('warning.StartsBeside', [text]);
  return messages.getMessage('warning.StartsAnew', [text, name, name]);
}

/** What a living process works on can be neither resumed nor ended here. */
function atWork(question: Question, heldBy: RunLockedError): Error {
  const { run, asked } = question;
  const { name, text } = describeRun(run, question);
  const detail = {
    actions: [messages.getMessage('action.WaitForOther'), messages.getMessage('action.ResumeLater', [name])],
    data: { ...heldBy.data, runId: run.runId, jobIds: jobIdsOf(run.records) },
  };
  const isRefusal = asked === undefined || asked === 'fail';
  return isRefusal ? new UsageError(text, detail) : new RunLockedError(text, detail);
}

function unreadable(command: Asker, question: Question, damage: Error): UsageError {
  const { run } = question;
  return new UsageError(`${describeRun(run, question).text} ${damage.message}`, {
    actions: [
      ...(damage instanceof Bulk2Error ? damage.actions : []),
      messages.getMessage('action.NewOverUnreadable', [lineWithNew(command)]),
    ],
    data: damage instanceof Bulk2Error ? { ...damage.data, runId: run.runId } : { runId: run.runId },
  });
}

async function ask(command: Asker, question: Question): Promise<Decision> {
  const { run, otherFlags = [] } = question;
  const { text } = describeRun(run, question);
  const canResume = run.damage === undefined && otherFlags.length === 0;
  if (run.damage !== undefined) {
    const { message, actions } = unreadable(command, question, run.damage);
    command.warn([message, ...actions].join('\n'));
  } else if (!canResume) command.warn(otherOptionsText(question));
  if (canResume && (await saysYes(command, messages.getMessage('question.Resume', [text])))) return 'resume';
  if (await saysYes(command, messages.getMessage('question.New'))) return 'new';
  throw new DeclinedError(messages.getMessage('declined'));
}

function refuse(command: Asker, question: Question): never {
  const { run, heldBy, otherFlags = [], isRisky } = question;
  const { name, text } = describeRun(run, question);
  if (run.damage !== undefined) throw unreadable(command, question, run.damage);
  if (otherFlags.length > 0) throw otherOptions(command, question);
  const resume = heldBy === undefined ? 'action.Resume' : 'action.ResumeWatched';
  throw new UsageError(messages.getMessage(isRisky ? 'error.WouldRepeat' : 'error.AskedToFail', [text]), {
    actions: [
      messages.getMessage(resume, [name]),
      messages.getMessage('action.Flag'),
      messages.getMessage('action.New', [lineWithNew(command)]),
    ],
    data: { runId: run.runId, jobIds: jobIdsOf(run.records) },
  });
}

function otherOptions(command: Asker, question: Question): UsageError {
  const { run, otherFlags = [] } = question;
  const { name } = describeRun(run);
  return new UsageError(otherOptionsText(question), {
    actions: [
      messages.getMessage('action.Resume', [name]),
      messages.getMessage('action.New', [lineWithNew(command)]),
    ],
    data: { runId: run.runId, otherFlags },
  });
}

function otherOptionsText(question: Question): string {
  const { run, otherFlags = [] } = question;
  return messages.getMessage('error.OtherOptions', [describeRun(run, question).text, otherFlags.join(', ')]);
}

/** How a run is named: to commands, and in a sentence. */
export function describeRun(
  run: RunView,
  { heldBy, isOther = false }: Pick<Question, 'heldBy' | 'isOther'> = {},
): { readonly name: string; readonly text: string; readonly facts: readonly string[] } {
  const first = beginningOf(run);
  const plan = first?.type === 'load' || first?.type === 'change' ? first.plan : undefined;
  const facts = [plan?.operation ?? '', plan?.object ?? '', formatTime(first?.at ?? '')];
  const key = isOther ? 'found.other' : plan?.change === undefined ? 'found.load' : 'found.change';
  const text =
    heldBy === undefined
      ? messages.getMessage(key, [...facts])
      : messages.getMessage(isOther ? 'found.otherHeld' : 'found.held', [...facts, heldBy.message]);
  return { name: nameOfRun(run), text, facts };
}

/** The command as it was given, with another answer to the question. */
export function lineWithNew({ id = '', argv }: Asker): string {
  const at = argv.indexOf('--if-interrupted');
  const others = argv.filter((word, index) => {
    const isValue = at !== -1 && index === at + 1;
    return index !== at && !isValue && !word.startsWith('--if-interrupted=');
  });
  const words = [...id.split(':'), ...others, '--if-interrupted', 'new'];
  return `sf ${words.map((word) => shellWord(word)).join(' ')}`;
}
