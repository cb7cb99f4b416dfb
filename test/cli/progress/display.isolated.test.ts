import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasUnicode, ProgressDisplay } from '../../../src/cli/progress/display.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('CI', undefined);
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('NO_COLOR', '1');
  vi.stubEnv('LANG', 'C.UTF-8');
  vi.stubEnv('LC_ALL', undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('on a terminal', () => {
  test('the block is drawn over itself, at most ten times a second', () => {
    const { display, upload, written } = displayOn({ isTTY: true, columns: 60 });
    upload(10);
    vi.advanceTimersByTime(99);
    upload(20);
    expect(written()).toContain('10%');
    expect(written()).not.toContain('20%');
    vi.advanceTimersByTime(1);
    upload(30);
    expect(written()).toMatch(/\r\u001b\[2A\u001b\[JUploading\n.* 30%.*\n.*$/);
    display.clear();
    expect(written()).toMatch(/\r\u001b\[2A\u001b\[J$/);
  });

  test('the time goes on while nothing happens, until the block is taken away', () => {
    const { display, upload, written } = displayOn({ isTTY: true, columns: 60 });
    upload(10);
    vi.advanceTimersByTime(3_000);
    expect(written()).toContain('3 s elapsed');
    display.clear();
    const before = written();
    vi.advanceTimersByTime(60_000);
    expect(written()).toBe(before);
  });

  test('nothing is drawn any more once records go to standard output, which may end on the same terminal', () => {
    const { display, upload, written } = displayOn({ isTTY: true, columns: 60 });
    upload(10);
    display.giveWay();
    const before = written();
    expect(before).toMatch(/\u001b\[J$/);
    upload(20);
    vi.advanceTimersByTime(60_000);
    display.clear();
    expect(written()).toBe(before);
  });

  test('a note takes the place of the block, and stays', () => {
    const { display, upload, written } = displayOn({ isTTY: true, columns: 60 });
    upload(10);
    display.note('Job 750');
    expect(written()).toMatch(/\u001b\[JJob 750\n$/);
  });

  test('lines that a narrower terminal has broken are taken away whole', () => {
    const { display, upload, stream, written } = displayOn({ isTTY: true, columns: 60 });
    upload(10);
    stream.columns = 20;
    display.clear();
    // 9, 57 and 11 columns.
    expect(written()).toMatch(/\r\u001b\[4A\u001b\[J$/);
  });

  test('of few rows the block never scrolls', () => {
    const { upload, written } = displayOn({ isTTY: true, columns: 60, rows: 3 });
    upload(10);
    expect(written().split('\n')).toHaveLength(2);
  });

  test('NO_COLOR is obeyed', () => {
    const { upload, written } = displayOn({ isTTY: true, columns: 60 });
    upload(10);
    expect(written()).not.toMatch(/\u001b\[\d+m/);
  });
});

describe('elsewhere', () => {
  test.each([
    ['a file or a pipe', { isTTY: undefined }, {}],
    ['a build server with a terminal', { isTTY: true, columns: 80 }, { CI: 'true' }],
    ['a dumb terminal', { isTTY: true, columns: 80 }, { TERM: 'dumb' }],
  ])('(%s) a line is written at each change of stage and every 30 seconds', (_, stream, env) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { display, upload, written } = displayOn(stream);
    upload(10);
    vi.advanceTimersByTime(10_000);
    upload(20);
    vi.advanceTimersByTime(20_000);
    display.progress.enter('processing', 'rows');
    display.changed();
    expect(written().match(/^(\w+ ?\w*).*? (\d+) s elapsed/gm)).toEqual([
      'Uploading: uploaded 10%, 10 of 100 bytes; 0 s elapsed',
      'Uploading: uploaded 20%, 20 of 100 bytes; 30 s elapsed',
      'The org is processing the rows: processed 0 rows; 30 s elapsed',
    ]);
  });

  test('beside records in a pipe there is no progress, and a note there is', () => {
    const { display, upload, written } = displayOn({ isTTY: undefined });
    display.onlyOnTerminals();
    upload(10);
    display.announce('Job 750');
    display.note('Left out: Name.');
    expect(written()).toBe('Left out: Name.\n');
  });

  test('under --json nothing is written', () => {
    const { display, upload, written } = displayOn({ isTTY: true, columns: 80 }, true);
    upload(10);
    display.note('Done.');
    display.fact({ event: 'retry', waitMs: 1, reason: 'x' });
    display.clear();
    expect(written()).toBe('');
  });

  test('scripts get one JSON object a line, under --json too, and no notes', () => {
    const { display, upload, written } = displayOn({ isTTY: true, columns: 80 }, true);
    display.use('ndjson');
    upload(10);
    display.note('Job 750');
    upload(20);
    vi.advanceTimersByTime(1_000);
    display.fact({ event: 'retry', waitMs: 500, reason: 'reset' });
    const lines = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { event: 'stage', stage: 'uploading', bytes: { done: 10, total: 100 } },
      { event: 'progress', stage: 'uploading', bytes: { done: 20, total: 100 } },
      { event: 'retry', waitMs: 500, reason: 'reset' },
    ]);
    for (const { at } of lines) expect(new Date(at as string).toISOString()).toBe(at);
  });
});

test.each([
  [{ LANG: 'en_US.UTF-8' }, 'linux', true],
  [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux', false],
  [{ LC_ALL: '', LANG: 'de_DE.utf8' }, 'darwin', true],
  [{}, 'linux', false],
  [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, 'linux', false],
  [{}, 'win32', false],
  [{ WT_SESSION: 'x' }, 'win32', true],
])('a terminal with %o on %s has Unicode: %s', (env, platform, expected) => {
  expect(hasUnicode(env, platform)).toBe(expected);
});

function displayOn(stream: { isTTY: boolean | undefined; columns?: number; rows?: number }, isJson = false) {
  const pieces: string[] = [];
  const full = Object.assign(new Writable(), stream, {
    write: (piece: string) => pieces.push(piece),
    getColorDepth: () => WriteStream.prototype.getColorDepth(),
  });
  const display = new ProgressDisplay({ isJson, stream: full as unknown as NodeJS.WriteStream });
  const upload = (done: number): void => {
    display.progress.bytes = { done, total: 100 };
    display.progress.enter('uploading', 'bytes');
    display.changed();
  };
  return { display, upload, stream: full, written: () => pieces.join('') };
}
