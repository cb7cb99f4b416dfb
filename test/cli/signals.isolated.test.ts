import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest';
import { InterruptedError } from '../../src/cli/exit-codes.js';
import { abortOnSignal } from '../../src/cli/signals.js';
import { stopEarly } from '../../src/cli/startup/early-stop.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;
const before = signals.map((signal) => process.listeners(signal));

let written: MockInstance;
let exit: MockInstance;

beforeEach(() => {
  written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
});

afterEach(() => {
  vi.restoreAllMocks();
  signals.forEach((signal, index) => {
    process.removeAllListeners(signal);
    for (const listener of before[index]!) process.on(signal, listener);
  });
});

test.each(signals)('%s aborts the work, and says what a second one does', (signal) => {
  const stop = abortOnSignal();
  expect(stop.aborted).toBe(false);
  process.emit(signal);
  expect(stop.reason).toBeInstanceOf(InterruptedError);
  expect(written).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('again to stop at once'));
  expect(exit).not.toHaveBeenCalled();
});

test('the second signal, of whichever kind, ends the process', () => {
  abortOnSignal();
  process.emit('SIGINT');
  process.emit('SIGTERM');
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

test('a second SIGHUP leaves the work its time to stop: a terminal that goes sends two', () => {
  abortOnSignal();
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGTERM');
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

test('the second signal says first how what was begun is resumed', () => {
  const known: string[] = [];
  abortOnSignal(() => known.at(-1));
  process.emit('SIGINT');
  known.push('Resume it');
  process.emit('SIGINT');
  expect(written).toHaveBeenLastCalledWith('Resume it\n');
  expect(written.mock.invocationCallOrder.at(-1)).toBeLessThan(exit.mock.invocationCallOrder[0] ?? 0);
});

test('listeners that were there before are gone: they would throw out of the handler', () => {
  const throwing = vi.fn();
  process.on('SIGINT', throwing);
  abortOnSignal();
  process.emit('SIGINT');
  expect(throwing).not.toHaveBeenCalled();
});

test.each(signals)('%s before a command has begun ends it, and says that nothing was sent', (signal) => {
  const throwing = vi.fn();
  process.on(signal, throwing);
  stopEarly();
  process.emit(signal);
  expect(written).toHaveBeenCalledExactlyOnceWith('Stopped. Nothing was sent.\n');
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  expect(throwing).not.toHaveBeenCalled();
});

test('once a command has begun, a signal stops it the normal way', () => {
  stopEarly();
  const stop = abortOnSignal();
  process.emit('SIGINT');
  expect(stop.aborted).toBe(true);
  expect(exit).not.toHaveBeenCalled();
});

describe('on a terminal, which writes ^C where it is', () => {
  const { isTTY } = process.stderr;
  beforeEach(() => {
    process.stderr.isTTY = true;
    vi.stubEnv('TERM', 'xterm');
  });
  afterEach(() => {
    process.stderr.isTTY = isTTY;
    vi.unstubAllEnvs();
  });

  test('what is said then is on a line of its own', () => {
    abortOnSignal(() => 'Resume it');
    process.emit('SIGINT');
    process.emit('SIGINT');
    const [first, last] = written.mock.calls.map(([text]) => String(text));
    expect(first).toMatch(/^\r\x1B\[KStopping/);
    expect(last).toBe('\r\x1B[KResume it\n');
  });

  test('so is what is said before a command has begun', () => {
    stopEarly();
    process.emit('SIGINT');
    expect(written).toHaveBeenCalledExactlyOnceWith('\r\x1B[KStopped. Nothing was sent.\n');
  });

  test('a terminal that cannot erase gets a new line', () => {
    vi.stubEnv('TERM', 'dumb');
    abortOnSignal();
    process.emit('SIGINT');
    expect(String(written.mock.calls[0]?.[0])).toMatch(/^\nStopping/);
  });

  test('other signals leave no trace on it', () => {
    abortOnSignal();
    process.emit('SIGTERM');
    expect(String(written.mock.calls[0]?.[0])).toMatch(/^Stopping/);
  });
});
