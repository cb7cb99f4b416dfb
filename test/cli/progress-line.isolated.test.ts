import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProgressLine } from '../../src/cli/progress-line.js';

const erase = '\r\x1B[2K';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.stubEnv('CI', undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('on a terminal', () => {
  test('one line is drawn over itself, at most ten times a second', () => {
    const { line, written } = progress({ isTTY: true, columns: 80 });
    line.update(() => '1 %');
    pass(99);
    line.update(() => expect.unreachable('too soon'));
    pass(1);
    line.update(() => '2 %');
    expect(written()).toBe(`${erase}1 %${erase}2 %`);
  });

  test.each([
    [10, 'Uploading 50 %', 'Uploadin…'],
    [15, 'Uploading 50 %', 'Uploading 50 %'],
    [0, 'Uploading 50 %', 'Uploading 50 %'],
    [undefined, 'Uploading 50 %', 'Uploading 50 %'],
  ])('of %s columns a line never wraps', (columns, text, drawn) => {
    const { line, written } = progress({ isTTY: true, columns });
    line.update(() => text);
    expect(written()).toBe(`${erase}${drawn}`);
  });

  test('a note takes the place of the line, and stays', () => {
    const { line, written } = progress({ isTTY: true, columns: 80 });
    line.update(() => '1 %');
    line.note('Job 750 was created.');
    expect(written()).toBe(`${erase}1 %${erase}Job 750 was created.\n`);
  });

  test('clearing takes away what is shown, once', () => {
    const { line, written } = progress({ isTTY: true, columns: 80 });
    line.clear();
    line.update(() => '1 %');
    line.clear();
    line.clear();
    expect(written()).toBe(`${erase}1 %${erase}`);
  });
});

describe('elsewhere', () => {
  test.each([
    ['a file or a pipe', { isTTY: undefined }, undefined],
    ['a build server with a terminal', { isTTY: true, columns: 80 }, 'true'],
  ])('(%s) a plain line is written every ten seconds', (_, stream, ci) => {
    vi.stubEnv('CI', ci);
    const { line, written } = progress(stream);
    pass(9_999);
    line.update(() => expect.unreachable('too soon'));
    pass(1);
    line.update(() => '10 %');
    pass(10_000);
    line.update(() => '20 %');
    line.note('Done.');
    line.clear();
    expect(written()).toBe('10 %\n20 %\nDone.\n');
  });

  test('nothing at all is written when silent', () => {
    const { line, written } = progress({ isTTY: true, columns: 80 }, true);
    line.update(() => '1 %');
    line.note('Done.');
    line.clear();
    expect(written()).toBe('');
  });
});

function progress(stream: { isTTY: boolean | undefined; columns?: number | undefined }, silent = false) {
  const pieces: string[] = [];
  const write = (piece: string) => pieces.push(piece);
  const line = new ProgressLine({ silent, stream: { ...stream, write } as unknown as NodeJS.WriteStream });
  return { line, written: () => pieces.join('') };
}

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}
