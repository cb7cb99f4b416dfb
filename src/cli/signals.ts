import { Messages } from '@salesforce/core';
import { exitCodes, InterruptedError } from './exit-codes.js';
import { shown } from './shown.js';
import { listenAlone, stopSignals, writeAfterSignal } from './startup/early-stop.js';
import { wrappedFor } from './wrapped.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/**
 * Turns signals into an abort: the first one lets the command end the normal way, the second ends it now. A second
 * `SIGHUP` does not: the shell and the system both send one when a terminal goes. The base class's own listeners throw
 * out of the signal handler, past everything that would clean up, and are removed: they are there once the command runs,
 * and not when it is constructed.
 * @param lastWords what to say before the end that nothing else will be said at
 * @param onStop is called before anything is said
 */
export function abortOnSignal(
  lastWords: () => string | undefined = () => undefined,
  onStop: () => void = () => undefined,
): AbortSignal {
  const controller = new AbortController();
  for (const signal of stopSignals) {
    listenAlone(signal, () => {
      if (!controller.signal.aborted) {
        onStop();
        writeAfterSignal(signal, wrappedFor(process.stderr, messages.getMessage('stopping')));
        controller.abort(new InterruptedError());
      } else if (signal !== 'SIGHUP') stopAtOnce(signal, lastWords());
    });
  }
  return controller.signal;
}

function stopAtOnce(signal: string, words: string | undefined): void {
  if (words !== undefined && words !== '') writeAfterSignal(signal, wrappedFor(process.stderr, shown(words)));
  process.exit(exitCodes.interrupted);
}
