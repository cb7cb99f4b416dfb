import { rename } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { renameFile } from '../../../src/lib/files/replace-file.js';
import { sleeps } from '../../support/fake-sleep.ts';

vi.mock('node:timers/promises', () => import('../../support/fake-sleep.ts'));
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  rename: vi.fn(),
}));

const here = process.platform;

afterEach(() => {
  setPlatform(here);
  vi.mocked(rename).mockReset();
  sleeps.length = 0;
});

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows a file that is open for a moment is waited for: %s',
  async (code) => {
    setPlatform('win32');
    vi.mocked(rename).mockRejectedValueOnce(failure(code)).mockRejectedValueOnce(failure(code));
    await renameFile('a', 'b');
    expect(rename).toHaveBeenCalledTimes(3);
  },
);

test('on Windows one that stays open is an error after two seconds', async () => {
  setPlatform('win32');
  vi.mocked(rename).mockRejectedValue(failure('EPERM'));
  await expect(renameFile('a', 'b')).rejects.toThrow('EPERM');
  const waitedMs = sleeps.reduce((sum, each) => sum + each, 0);
  expect(waitedMs).toBeGreaterThan(2_000);
  expect(waitedMs).toBeLessThan(3_000);
});

test.each([
  ['win32', 'ENOENT'],
  ['linux', 'EBUSY'],
])('on %s %s is told at once', async (platform, code) => {
  setPlatform(platform);
  vi.mocked(rename).mockRejectedValue(failure(code));
  await expect(renameFile('a', 'b')).rejects.toThrow(code);
  expect(sleeps).toEqual([]);
});

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function setPlatform(value: string): void {
  Object.defineProperty(process, 'platform', { value });
}
