import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { startLoad } from '../../../../src/lib/load/load.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import { accounts, copyOrgs, failedFile, failing } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { insertRequest } from '../../../support/insert-request.ts';

afterEach(() => vi.useRealTimers());

test('rows that failed in a retry are in the target once when they are inserted after the clock was set back', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  const { target } = orgs.contexts;
  await orgs.target.faults.add(failing('Name', ['Account 1']));
  const { runId } = await orgs.copy({ objects: [{ object: 'Account' }] });
  const retry = () =>
    resumeCopy({ runId }, { events: new Events<CopyEvents>(), isRetry: true }, orgs.contexts);
  const failed = failedFile(await retry());
  await orgs.target.faults.clear();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  const events = new Events<LoadEvents>();
  const planned = await planLoad(insertRequest(failed, join(orgs.folder, 'inserted')), target, events);
  await startLoad(planned, { events, wait: 'end' }, target);
  expect(await failureOf(retry())).toBeInstanceOf(UsageError);
  expect(await orgs.target.records('Account')).toHaveLength(2);
});
