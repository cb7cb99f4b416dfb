import { exitCodes, InterruptedError } from './exit-codes.js';

const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/**
 * Turns signals into an abort: the first one lets the command end the normal way, the second ends it now. The base
 * class's own listeners throw out of the signal handler, past everything that would clean up, and are removed.
 */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of stopping) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      process.stderr.write('Stopping; press Ctrl-C again to stop at once.\n');
      controller.abort(new InterruptedError());
    });
  }
  return controller.signal;
}
