import { test } from 'vitest';
import { systemChromium } from '../../scripts/pictures/browser.ts';

const isPosix = process.platform !== 'win32';
const isLinux = process.platform === 'linux';

/** What not every system has, and whether this one does. */
const systemHas = {
  /** Windows ends a process whatever signal it is sent, and stops none. */
  signals: isPosix,
  /** Permissions and the umask; Windows has lists in their place. */
  modes: isPosix,
  /** On Windows it takes a right that most people do not have. */
  symlinks: isPosix,
  fifos: isPosix,
  /** `sh` and `bash` with the usual tools, and files that the system calls `/dev/fd/…`. */
  'a POSIX shell': isPosix,
  '/proc': isLinux,
  '/dev/full': isLinux,
  'Chromium or Chrome': systemChromium() !== undefined,
};

/** `test` where the system has what the test needs; elsewhere the test is skipped, and its title says why. */
export function needing(what: keyof typeof systemHas): typeof test {
  return systemHas[what] ? test : skipped(what);
}

type Rest = readonly never[];
type Maker = (...cases: Rest) => (title: string, ...rest: Rest) => void;

/** Skips what it is given, and says why in each title. */
function skipped(what: string): typeof test {
  const named = (title: unknown): string => `${String(title)} (needs ${what})`;
  const skipEach = (method: 'each' | 'for') => {
    const make = (test.skip[method] as unknown as Maker).bind(test.skip);
    return (...cases: Rest) =>
      (title: unknown, ...rest: Rest): void =>
        make(...cases)(named(title), ...rest);
  };
  const skip = (title: unknown, ...rest: Rest): void => test.skip(named(title), ...rest);
  return Object.assign(skip, { each: skipEach('each'), for: skipEach('for') }) as unknown as typeof test;
}
