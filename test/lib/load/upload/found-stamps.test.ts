import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  modifiedRows,
  stampLine,
  stampsHeader,
  stampsPathOf,
} from '../../../../src/lib/load/upload/found-stamps.js';
import type { LoadWork } from '../../../../src/lib/load/model/work.js';
import type { Part } from '../../../../src/lib/run/record.js';
import { addAccounts, openBulk } from '../../bulk2/open-bulk.ts';

/** A change of six accounts, and where they can be modified. */
async function foundAccounts() {
  const { org, bulk } = await openBulk();
  addAccounts(org, 6);
  const context = bulk.context();
  const runId = await context.store.begin();
  const accounts = await org.records('Account');
  const lines = accounts.map(({ Id, SystemModstamp }) => stampLine(String(Id), SystemModstamp));
  await writeFile(stampsPathOf(runId, context), `${stampsHeader}${lines.join('')}`);
  const modify = async (row: number): Promise<void> => {
    await bulk.update(`SELECT Id FROM Account WHERE Id = '${String(accounts[row - 1]?.Id)}'`, {
      Name: 'mine',
    });
  };
  const journal = { rounds: [{ object: 'Account', stampField: 'SystemModstamp' }] };
  return { modify, work: { runId, journal, context, api: context.api } as unknown as LoadWork };
}

/** With runs of rows from one number up to, and without, another. */
function partOf(...runs: ReadonlyArray<readonly [from: number, to: number]>): Part {
  return { segments: runs.map(([from, to]) => ({ firstRow: from, rows: to - from })) } as unknown as Part;
}

test('records that are as they were found are not told', async () => {
  const { work } = await foundAccounts();
  expect(await modifiedRows(work, [partOf([1, 7])])).toEqual(new Set());
});

test('of the rows of the parts, those are told whose records were modified', async () => {
  const { work, modify } = await foundAccounts();
  for (const row of [1, 3, 4, 6]) await modify(row);
  expect(await modifiedRows(work, [partOf([2, 4]), partOf([5, 6], [6, 7])])).toEqual(new Set([3, 6]));
});

test('nothing is asked of the org where there are no parts', async () => {
  const { work } = await foundAccounts();
  expect(await modifiedRows({ ...work, api: undefined as never }, [])).toEqual(new Set());
});
