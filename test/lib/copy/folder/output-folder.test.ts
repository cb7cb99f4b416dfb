import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, contacts, copyOrgs, follow, linesOf } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

test('nothing is left of a file that can’t be written, and a resume writes it', async () => {
  const orgs = await copyOrgs({ Account: accounts(2), Contact: contacts(3, 2) });
  const folder = join(orgs.folder, 'records');
  const output = { folder, plan: 'version: 1\n' };
  const objects = [{ object: 'Account' }, { object: 'Contact' }];
  const plan = await orgs.plan({ objects }, { resultsDir: folder, output });
  const events = new Events<CopyEvents>();
  let runId = '';
  events.on('begun', (begun) => ({ runId } = begun));
  const inTheWay = join(folder, 'Contact.csv');
  await mkdir(inTheWay, { recursive: true });
  await failureOf(startCopy(plan, { events }, orgs.contexts));
  expect((await readdir(folder)).sort()).toEqual(['Account.csv', 'Contact.csv']);
  await rmdir(inTheWay);
  await resumeCopy({ runId }, follow(), orgs.contexts);
  expect((await readdir(folder)).sort()).toEqual(['Account.csv', 'Contact.csv', 'copy-plan.yaml']);
  expect(await linesOf(inTheWay)).toHaveLength(3);
});
