/** The signals that a person or a system stops a command with. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** The files of messages aren't loaded where this is said first. */
export const nothingSent = 'Stopped. Nothing was sent.';

/**
 * Until a command begins its work, the first signal ends the process. To be called before a command is loaded, which takes
 * its time, and once more when it runs: the base class's own listeners throw out of the signal handler.
 */
export function stopEarly(): void {
  for (const signal of stopSignals) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      process.stderr.write(`${nothingSent}\n`);
      process.exit(130);
    });
  }
}
