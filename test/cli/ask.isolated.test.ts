import { afterEach, expect, test, vi } from 'vitest';
import { saysYes } from '../../src/cli/ask.js';
import { InterruptedError } from '../../src/cli/exit-codes.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Answers after so long. */
function asker(answer: boolean | Error, afterMs = 0) {
  vi.useFakeTimers({ toFake: ['Date'] });
  const warnings: unknown[] = [];
  const confirm = (): Promise<boolean> => {
    vi.setSystemTime(Date.now() + afterMs);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const warn = (warning: unknown): never => warnings.push(warning) as never;
  return { command: { confirm, warn }, warnings };
}

test.each([true, false])('the answer is what was answered: %s', async (answer) => {
  const { command, warnings } = asker(answer, 1_000);
  expect(await saysYes(command, 'Go on?')).toBe(answer);
  expect(warnings).toEqual([]);
});

test('no answer for ten minutes is a no, and a warning says so', async () => {
  const { command, warnings } = asker(false, 600_000);
  expect(await saysYes(command, 'Go on?')).toBe(false);
  expect(warnings).toEqual(['Nobody answered for 10 minutes, which is taken for a no.']);
});

test('Ctrl-C at a question interrupts the command', async () => {
  const { command } = asker(Object.assign(new Error('closed'), { name: 'ExitPromptError' }));
  await expect(saysYes(command, 'Go on?')).rejects.toThrow(InterruptedError);
});

test('a question is broken between words, before the terminal breaks it in a name', async () => {
  const terminal = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
  Object.assign(process.stdout, { isTTY: true, columns: 50 });
  const asked: string[] = [];
  const confirm = ({ message }: { message: string }): Promise<boolean> => {
    asked.push(message);
    return Promise.resolve(true);
  };
  try {
    await saysYes({ ...asker(true).command, confirm }, 'Send 3 rows to the org ada.lovelace@example.com?');
  } finally {
    Object.assign(process.stdout, terminal);
  }
  expect(asked).toEqual(['Send 3 rows to the org\nada.lovelace@example.com?']);
});
