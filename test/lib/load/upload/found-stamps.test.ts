import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { PartState } from '../../../../src/lib/load/model/part-state.js';
import {
  RecordsModifiedError,
  requireUnmodified,
  stampLine,
  stampsHeader,
  stampsPathOf,
} from '../../../../src/lib/load/upload/found-stamps.js';
import type { LoadWork } from '../../../../src/lib/load/model/work.js';
import { failureOf } from '../../../support/failure-of.ts';
import { addAccounts, openBulk } from '../../bulk2/open-bulk.ts';

const closed: PartState = { kind: 'closed', jobId: '750000000000001AAA' };
const planned: PartState = { kind: 'planned' };

/** A resumed change of six accounts in two parts of three. */
async function resumedChange(states: readonly PartState[]) {
  const { org, bulk } = await openBulk();
  addAccounts(org, 6);
  const context = bulk.context();
  const runId = await context.store.begin();
  const accounts = await org.records('Account');
  const lines = accounts.map(({ Id, SystemModstamp }) => stampLine(String(Id), SystemModstamp));
  await writeFile(stampsPathOf(runId, context), `${stampsHeader}${lines.join('')}`);
  const part = (index: number) => ({ index, segments: [{ firstRow: 1 + 3 * index, rows: 3 }] });
  const plan = { object: 'Account', stampField: 'SystemModstamp', parts: [part(0), part(1)] };
  const journal = { rounds: [plan], states, records: [], halt: undefined };
  const ids = accounts.map(({ Id }) => String(Id));
  const modify = async (row: number): Promise<void> => {
    await bulk.update(`SELECT Id FROM Account WHERE Id = '${ids[row - 1]}'`, { Name: 'mine' });
  };
  return { ids, modify, work: { runId, journal, context, api: context.api } as unknown as LoadWork };
}

test('records as they were found may be sent', async () => {
  const { work } = await resumedChange([planned, planned]);
  await expect(requireUnmodified(work)).resolves.toBeUndefined();
});

test('a record of a part that is closed may have been modified by that', async () => {
  const { work, modify } = await resumedChange([closed, planned]);
  await modify(3);
  await expect(requireUnmodified(work)).resolves.toBeUndefined();
});

test('records of a part that is still to be sent stop the resume, by their ids', async () => {
  const { work, modify, ids } = await resumedChange([closed, planned]);
  for (const row of [1, 4, 6]) await modify(row);
  const failure = await failureOf(requireUnmodified(work));
  expect(failure).toBeInstanceOf(RecordsModifiedError);
  expect(failure).toMatchObject({ data: { modifiedRecords: 2 } });
  expect([...((failure as RecordsModifiedError).data.ids as string[])].sort()).toEqual(
    [ids[3], ids[5]].sort(),
  );
  expect((failure as RecordsModifiedError).actions.join('\n')).toContain('job abort');
});
