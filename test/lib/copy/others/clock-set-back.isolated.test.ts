import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, copyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

afterEach(() => vi.useRealTimers());

test.each([
  ['that nothing finds', [{ object: 'Account' }]],
  ['that are matched', [{ object: 'Account', key: ['Name'] }]],
])(
  'records %s are created once by two copies, though the clock was set back for the one that was done while the other asked',
  async (_, objects) => {
    const orgs = await copyOrgs({ Account: accounts(2) });
    const file = { objects } as Parameters<typeof orgs.plan>[0];
    const other = await orgs.plan(file, { resultsDir: join(orgs.folder, 'other') });
    const agree = async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
      await startCopy(other, { events: new Events() }, orgs.contexts);
      vi.useRealTimers();
    };
    expect(await failureOf(orgs.copy(file, { agree }))).toBeInstanceOf(UsageError);
    expect(await orgs.target.records('Account')).toHaveLength(2);
  },
);
