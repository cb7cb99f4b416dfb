import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { heldGroupsOf } from '../../../src/lib/copy/account.js';
import type { CopyObject } from '../../../src/lib/run/copy-record.js';
import { id } from '../../support/copy-orgs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const reasons: ReadonlyArray<readonly [reason: string, field: string, count: number]> = [
  ['The parent is held.', 'AccountId', 1],
  ['The parent was not copied.', 'AccountId', 1],
  ['The parent is held.', 'ReportsToId', 1],
  ['The parent was not copied.', 'OwnerId', 2],
];

async function groupsOf(rows: readonly string[]) {
  const resultsDir = await tempFolder();
  await writeFile(
    join(resultsDir, 'Contact-held-records.csv'),
    ['source__Id,reason,field,parent__Id', ...rows, ''].join('\n'),
  );
  return heldGroupsOf({ objects: [{ object: 'Contact' } as CopyObject], resultsDir });
}

test('reasons are told by their numbers of records, then by field and text, whatever the order of the records', async () => {
  const rows = reasons.flatMap(([reason, field, count]) =>
    Array.from({ length: count }, () => `${id('003', 1)},${reason},${field},${id('001', 1)}`),
  );
  const told = await groupsOf(rows);
  expect(told.map(({ field, reason, count }) => [reason, field, count])).toEqual([
    ['The parent was not copied.', 'OwnerId', 2],
    ['The parent is held.', 'AccountId', 1],
    ['The parent was not copied.', 'AccountId', 1],
    ['The parent is held.', 'ReportsToId', 1],
  ]);
  expect(await groupsOf(rows.toReversed())).toEqual(told);
});
