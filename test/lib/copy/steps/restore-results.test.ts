import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ingestJobs } from '../../../../src/lib/api/ingest-jobs.js';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { Events } from '../../../../src/lib/events.js';
import {
  accounts,
  contacts,
  copyOrgs,
  edit,
  failedFile,
  failing,
  linesOf,
} from '../../../support/copy-orgs.ts';

const objects = [{ object: 'Account' }, { object: 'Contact' }];

/** A copy whose folder of results is removed once the accounts are loaded, one of which has failed. */
async function removedAfterAccounts(deletesJob = false) {
  const named = accounts(3).map(({ Id, Name }) => ({ Id, Name }));
  const orgs = await copyOrgs({ Account: named, Contact: contacts(3, 3) });
  await orgs.target.faults.add(failing('Name', ['Account 1']));
  const plan = await orgs.plan({ objects });
  const warnings: string[] = [];
  const events = new Events<CopyEvents>();
  events.on('warning', (text) => warnings.push(text));
  const stop = new AbortController();
  // As with Ctrl-C behind the first step.
  events.on('stepEnded', ({ number }) => {
    if (number === 1) stop.abort();
  });
  const { source, target } = orgs.contexts;
  const stopped = { source: { ...source, signal: stop.signal }, target: { ...target, signal: stop.signal } };
  await startCopy(plan, { events }, stopped).catch(() => undefined);
  const [run] = (await target.store.list()).filter(({ records }) => records[0]?.type === 'copy');
  await rm(plan.resultsDir, { recursive: true });
  const [job] = await orgs.target.jobs();
  if (deletesJob) await ingestJobs(target.api).remove(job?.id ?? '');
  const status = await resumeCopy({ runId: run?.runId ?? '' }, { events }, orgs.contexts);
  return { orgs, status, warnings, events };
}

test('result files of a step that are gone when the copy ends are collected again, and can be retried', async () => {
  const { orgs, status, warnings, events } = await removedAfterAccounts();
  const files = status.steps[0]?.files[0];
  expect(warnings).toEqual([
    `Result files were gone, and were collected from the org again: ${String(files?.success)}, ${String(files?.failed)}`,
  ]);
  expect(await linesOf(files?.success ?? '')).toHaveLength(2);
  await edit(failedFile(status), (text) => text.replace('Account 1', 'Fixed'));
  const retried = await resumeCopy(status, { events, isRetry: true }, orgs.contexts);
  expect(retried.totals).toMatchObject({ successful: 6, failed: 0, held: 0 });
  expect((await orgs.target.records('Account')).map(({ Name }) => Name)).toContain('Fixed');
});

test('result files that the org does not have any more are named', async () => {
  const { status, warnings } = await removedAfterAccounts(true);
  expect(warnings[0]).toMatch(
    /^Result files are gone, and can't be collected from the org again: .*success-records/,
  );
  expect(status.totals).toMatchObject({ successful: 4, failed: 1, held: 1 });
});
