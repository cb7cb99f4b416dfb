import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, contacts, copyOrgs, edit, failedFile, failing } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const plan = { objects: [{ object: 'Account' }, { object: 'Contact' }] };

/** A copy with failed accounts and contacts, and its retry. */
async function withFailures(names: readonly string[], lastNames: readonly string[]) {
  const named = accounts(3).map(({ Id, Name }) => ({ Id, Name }));
  const orgs = await copyOrgs({ Account: named, Contact: contacts(3, 3) });
  await orgs.target.faults.add(failing('Name', names));
  await orgs.target.faults.add(failing('LastName', lastNames));
  const status = await orgs.copy(plan);
  const warnings: string[] = [];
  const events = new Events<CopyEvents>();
  events.on('warning', (text) => warnings.push(text));
  const retry = () => resumeCopy({ runId: status.runId }, { events, isRetry: true }, orgs.contexts);
  return { orgs, status, retry, warnings };
}

test('rows that were fixed in a file older than that of the last retry are not ignored: the newest is named', async () => {
  const { orgs, status, retry } = await withFailures(['Account 1'], []);
  const second = await retry();
  const [older, newest] = [failedFile(status), failedFile(second)];
  expect(newest).not.toBe(older);
  await edit(older, (text) => text.replace('Account 1', 'Fixed'));
  const jobs = await orgs.target.jobs();
  const error = await failureOf<UsageError>(retry());
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toBe(
    `${older} was changed after its rows were retried. A retry sends those that failed again as they are in ${newest}. Nothing was sent.`,
  );
  expect(await orgs.target.jobs()).toHaveLength(jobs.length);
  await edit(newest, (text) => text.replace('Account 1', 'Fixed'));
  await rm(older);
  expect((await retry()).totals).toMatchObject({ successful: 6, failed: 0, held: 0 });
});

test('an older file that was saved again as it was stands in no way', async () => {
  const { orgs, status, retry } = await withFailures(['Account 1'], []);
  await edit(failedFile(status), (text) => text.replace('csv,2,', 'csv,2,'));
  await retry();
  await edit(failedFile(status), (text) => text);
  await orgs.target.faults.clear();
  expect((await retry()).totals).toMatchObject({ failed: 0, held: 0 });
});

test('a retry says that a row is not sent again that was loaded, and fixed afterwards', async () => {
  const { orgs, status, retry, warnings } = await withFailures(['Account 1'], ['Contact 0']);
  await edit(failedFile(status), (text) => text.replace('Account 1', 'Fixed'));
  expect((await retry()).totals).toMatchObject({ failed: 1, held: 0 });
  await edit(failedFile(status), (text) => text.replace('Fixed', 'Better'));
  await retry();
  expect(warnings.join('\n')).toContain(
    `${failedFile(status)}: 1 row was loaded by an earlier retry, and not sent again, whatever was changed since.`,
  );
  expect((await orgs.target.records('Account')).map(({ Name }) => Name)).not.toContain('Better');
});
