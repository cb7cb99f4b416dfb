import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Logger } from '@salesforce/core';

const wishes = ['DEBUG', 'SF_LOG_LEVEL', 'SF_LOG_ROTATION_PERIOD', 'SF_DISABLE_LOG_FILE'];

/**
 * Keeps the log of `@salesforce/core` in memory until the process ends, and adds it to the day's file then. Core has a
 * thread for it, which every command waits for, though few log anything: 1.0 s instead of 1.5 s for a query of no
 * records. Whoever asks for more than warnings, or for another file, gets them from core as always.
 * @param clean takes out what must not be in a file
 */
export function keepLogUntilExit(clean: (text: string) => string): void {
  if (wishes.some((name) => process.env[name] !== undefined)) return;
  const log = new Logger({ name: Logger.ROOT_NAME, useMemoryLogger: true });
  process.once('exit', () => {
    try {
      addToFile(log.getBufferedRecords().map((record) => clean(JSON.stringify(record))));
    } catch {
      // A log that cannot be written is no reason to fail.
    }
  });
}

/** The file that core chooses: one a day, in UTC. */
function addToFile(lines: readonly string[]): void {
  if (lines.length === 0) return;
  mkdirSync(Global.SF_DIR, { recursive: true });
  const day = new Date().toISOString().slice(0, 10);
  appendFileSync(join(Global.SF_DIR, `sf-${day}.log`), lines.map((line) => `${line}\n`).join(''));
}
