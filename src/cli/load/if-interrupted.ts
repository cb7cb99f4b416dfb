import { Messages } from '@salesforce/core';
import { Flags, type SfCommand } from '@salesforce/sf-plugins-core';
import { UsageError } from '../../lib/errors.js';
import { RunLockedError } from '../../lib/run/errors.js';
import { beginningOf, jobIdsOf, type RunStore, type RunView } from '../../lib/run/store.js';
import { DeclinedError, InterruptedError } from '../exit-codes.js';
import { shellWord } from '../shell-word.js';
import { shown } from '../shown.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

const choices = ['resume', 'new', 'fail'] as const;

export type IfInterrupted = (typeof choices)[number];

export const ifInterruptedFlag = Flags.option({
  options: choices,
  summary: messages.getMessage('flags.if-interrupted.summary'),
  description: messages.getMessage('flags.if-interrupted.description'),
})();

/** The person thinks for so long at the most. */
export const promptTimeoutMs = 600_000;

/** What a command does that finds the same work interrupted: finish that, end it first, or begin beside it. */
export type Decision = 'resume' | 'new' | 'beside';

export type Question = {
  /** The interrupted run; the newest, where there are several. */
  readonly run: RunView;
  /** What `--if-interrupted` says. */
  readonly asked: IfInterrupted | undefined;
  /** Sending everything again would insert rows, or change values, twice. */
  readonly isRisky: boolean;
  /** Says which process works on the run at this moment, if one does. */
  readonly heldBy?: string | undefined;
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
  const { run, asked, isRisky, otherFlags = [] } = question;
  const { name, text } = describeRun(run, question);
  if (asked === 'new') return 'new';
  if (asked === 'resume') {
    if (run.damage !== undefined) throw run.damage;
    if (otherFlags.length > 0) throw otherOptions(command, question);
    return 'resume';
  }
  if (asked === undefined && !isRisky) {
    command.warn(messages.getMessage('warning.StartsAnew', [text, name, name]));
    return 'beside';
  }
  const canAsk = asked === undefined && !command.jsonEnabled() && process.stdin.isTTY;
  return canAsk ? ask(command, question) : refuse(command, question);
}

async function ask(command: Asker, question: Question): Promise<Decision> {
  const { run, otherFlags = [] } = question;
  const confirm = (text: string): Promise<boolean> =>
    command.confirm({ message: shown(text), ms: promptTimeoutMs, defaultAnswer: false }).catch(interruption);
  const { text } = describeRun(run, question);
  const canResume = run.damage === undefined && otherFlags.length === 0;
  if (!canResume) command.warn(otherFlags.length > 0 ? otherOptionsText(question) : text);
  if (canResume && (await confirm(messages.getMessage('question.Resume', [text])))) return 'resume';
  if (await confirm(messages.getMessage('question.New'))) return 'new';
  throw new DeclinedError(messages.getMessage('declined'));
}

function refuse(command: Asker, question: Question): never {
  const { run, otherFlags = [], isRisky } = question;
  const { name, text } = describeRun(run, question);
  if (otherFlags.length > 0) throw otherOptions(command, question);
  const resume = messages.getMessage('action.Resume', [name]);
  throw new UsageError(messages.getMessage(isRisky ? 'error.WouldRepeat' : 'error.AskedToFail', [text]), {
    actions: [
      ...(run.damage === undefined ? [resume, messages.getMessage('action.Flag')] : [run.damage.message]),
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
  const facts = [plan?.operation ?? '', plan?.object ?? '', first?.at ?? ''];
  const key = isOther ? 'found.other' : plan?.change === undefined ? 'found.load' : 'found.change';
  const text =
    heldBy === undefined
      ? messages.getMessage(key, [...facts])
      : messages.getMessage(isOther ? 'found.otherHeld' : 'found.held', [...facts, heldBy]);
  return { name: jobIdsOf(run.records)[0] ?? run.runId, text, facts };
}

/** Says which process works on a run, or may do so; undefined for one that nobody holds. */
export async function holderOf({ runId, damage }: RunView, store: RunStore): Promise<string | undefined> {
  if (damage !== undefined) return undefined;
  try {
    await (await store.open(runId)).close();
    return undefined;
  } catch (error) {
    if (error instanceof RunLockedError) return error.message;
    throw error;
  }
}

/** The command as it was given, with another answer to the question. */
function lineWithNew({ id = '', argv }: Asker): string {
  const at = argv.indexOf('--if-interrupted');
  const others = argv.filter((word, index) => {
    const isValue = at !== -1 && index === at + 1;
    return index !== at && !isValue && !word.startsWith('--if-interrupted=');
  });
  const words = [...id.split(':'), ...others, '--if-interrupted', 'new'];
  return `sf ${words.map(shellWord).join(' ')}`;
}

/** The prompt takes Ctrl-C for itself, and throws an error of its own. */
export function interruption(error: unknown): never {
  throw error instanceof Error && error.name === 'ExitPromptError' ? new InterruptedError() : error;
}
