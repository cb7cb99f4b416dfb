import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBlankRow } from '../../../../src/lib/copy/steps/step-row.js';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import {
  accounts,
  copyOrgs,
  edit,
  failedFile,
  failing,
  follow,
  id,
  linesOf,
} from '../../../support/copy-orgs.ts';

test.each([
  ['', true],
  [',,', true],
  ['"","",', true],
  ['a', false],
  [', ,', false],
  ['""""', false],
  ['",",', false],
  ['",,"', false],
  [',"""",', false],
])('the row %j is blank: %s', (row, isBlank) => {
  expect(isBlankRow(Buffer.from(row))).toBe(isBlank);
});

test('persons whose fields are all those of businesses are held, and not sent as blank rows', async () => {
  const orgs = await copyOrgs(
    {
      Account: [
        { Id: id('001', 0), Name: 'Acme', Industry: 'Energy' },
        { Id: id('001', 1), FirstName: 'Ada', LastName: 'Byron' },
      ],
    },
    { source: { personAccounts: true }, target: { personAccounts: true } },
  );
  const status = await orgs.copy({ objects: [{ object: 'Account', fields: ['Name', 'Industry'] }] });
  expect(status.totals).toEqual({ sent: 1, successful: 1, failed: 0, unprocessed: 0, held: 1 });
  expect(await linesOf(join(status.plan.resultsDir, 'Account-held-records.csv'))).toEqual([
    expect.stringMatching(/^001Sr0000000001\w{3},NOTHING_TO_SEND,,$/),
  ]);
});

test('a row that a person has emptied counts as removed: it stays failed', async () => {
  const orgs = await copyOrgs({ Account: accounts(3) });
  await orgs.target.faults.add(failing('Name', ['Account 1', 'Account 2']));
  const plan = { objects: [{ object: 'Account', fields: ['Name', 'Phone'] }] };
  const status = await orgs.copy(plan);
  await orgs.target.faults.clear();
  await edit(failedFile(status), (text) => text.replace('Account 1', ''));
  const { totals } = await resumeCopy(status, { ...follow(), isRetry: true }, orgs.contexts);
  expect(totals).toMatchObject({ successful: 2, failed: 1, held: 0 });
});
