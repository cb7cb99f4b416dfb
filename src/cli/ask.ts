import { Messages } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { InterruptedError } from './exit-codes.js';
import { shown } from './shown.js';
import { wrapped } from './wrapped.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** How long a question waits for its answer, in milliseconds. */
const promptTimeoutMs = 600_000;

/** Of the prompt's own signs on a line, and an answer that is being typed. */
const besideQuestion = 16;

/** The prompt breaks a line where the terminal ends, within names: it gets lines that end before. */
function questionLines(question: string): string {
  const { isTTY, columns } = process.stdout;
  return wrapped(shown(question), isTTY ? Math.max(20, columns - besideQuestion) : undefined);
}

/**
 * Asks a question that is answered with yes or no. No answer in ten minutes is a no, which is said.
 * @throws InterruptedError Ctrl-C was pressed instead: the prompt takes it for itself, and throws an error of its own
 */
export async function saysYes(
  command: Pick<SfCommand<unknown>, 'warn' | 'confirm'>,
  question: string,
): Promise<boolean> {
  const askedMs = Date.now();
  const isYes = await command
    .confirm({ message: questionLines(question), ms: promptTimeoutMs, defaultAnswer: false })
    .catch((error: unknown) => {
      throw error instanceof Error && error.name === 'ExitPromptError' ? new InterruptedError() : error;
    });
  if (!isYes && Date.now() - askedMs >= promptTimeoutMs) command.warn(messages.getMessage('noAnswer'));
  return isYes;
}
