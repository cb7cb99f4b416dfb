/** The signals that a person or a system stops a command with. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** The files of messages aren't loaded where this is said first. */
export const nothingSent = 'Stopped. Nothing was sent.';

/** Writes a last word on a line of its own: terminals write `^C` where they are when Ctrl-C is pressed. */
export function writeAfterSignal(signal: string, text: string): void {
  const { isTTY } = process.stderr;
  const canErase = process.env.TERM !== 'dumb';
  const start = isTTY && signal === 'SIGINT' ? (canErase ? '\r\x1B[K' : '\n') : '';
  process.stderr.write(`${start}${text}\n`);
}

/**
 * Until a command begins its work, the first signal ends the process. To be called before a command is loaded, which takes
 * its time, and once more when it runs: the base class's own listeners throw out of the signal handler.
 */
export function stopEarly(): void {
  for (const signal of stopSignals) {
    listenAlone(signal, () => {
      writeAfterSignal(signal, nothingSent);
      process.exit(130);
    });
  }
}

/**
 * Takes the place of all other listeners to a signal. There is one at any time: a signal that has come while modules were
 * loading waits for the event loop, and Node forgets it when the last listener is removed.
 */
export function listenAlone(signal: NodeJS.Signals, listener: () => void): void {
  process.on(signal, listener);
  for (const other of process.listeners(signal)) if (other !== listener) process.off(signal, other);
}
