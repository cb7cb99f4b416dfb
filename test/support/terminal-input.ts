import { afterEach, beforeEach } from 'vitest';

/** Standard input is a terminal in the tests of a file, or of a `describe`. */
export function onTerminalInput(): void {
  let wasTerminal: boolean;
  beforeEach(() => {
    wasTerminal = process.stdin.isTTY;
    process.stdin.isTTY = true;
  });
  afterEach(() => {
    process.stdin.isTTY = wasTerminal;
  });
}
