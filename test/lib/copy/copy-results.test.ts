import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy } from '../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../src/lib/copy/model/events.js';
import { Events } from '../../../src/lib/events.js';
import { accounts, copyOrgs, follow, linesOf } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';

test('nothing is left of a file of ids that can’t be written, and a resume writes it', async () => {
  const orgs = await copyOrgs({ Account: accounts(2) });
  const folder = join(orgs.folder, 'results');
  const inTheWay = join(folder, 'Account-ids.csv');
  const events = new Events<CopyEvents>();
  let runId = '';
  events.on('begun', (begun) => ({ runId } = begun));
  const agree = async () => void (await mkdir(inTheWay, { recursive: true }));
  await failureOf(orgs.copy({ objects: [{ object: 'Account' }] }, { events, agree }));
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  await rmdir(inTheWay);
  await resumeCopy({ runId }, follow(), orgs.contexts);
  expect(await linesOf(inTheWay)).toHaveLength(2);
  expect(await orgs.target.records('Account')).toHaveLength(2);
});
