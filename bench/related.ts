import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { OrgDoor } from '../local-org/index.ts';
import { measure } from './measure.ts';
import type { Stage } from './stage.ts';

/** Records that point to others by key. */
export type Related = {
  readonly object: string;
  readonly rows: number;
  /** Begins with `External_Id__c`; parents are columns such as `Account.External_Id__c`. */
  readonly header: string;
  /** The cells of a row after its key. */
  readonly cells: (row: number) => string;
  readonly parents: readonly Parent[];
};

type Parent = {
  readonly field: string;
  readonly object: string;
  /** The row of the parent. */
  readonly of: (row: number) => number;
};

export const keyOf = (object: string, row: number): string => `${object}-${row}`;

/** Accounts that others may point to. */
export function accountRecords(rows: number): Related {
  const cells = (row: number): string => `Account ${row % 977}`;
  return { object: 'Account', rows, header: 'External_Id__c,Name', cells, parents: [] };
}

/** Inserts them into the stage's org, parents first. */
export async function insertRelated(stage: Stage, objects: readonly Related[]): Promise<void> {
  for (const { object, rows, header, cells } of objects) {
    const out = createWriteStream(stage.file(`${object}.csv`));
    out.write(`${header}\n`);
    for (let row = 0; row < rows; row++) {
      if (!out.write(`${keyOf(object, row)},${cells(row)}\n`)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'close');
    await measure(
      stage.sf(['bulk2', 'insert', '--file', `${object}.csv`, '-s', object, '--results-dir', '.']),
    );
  }
}

/** A copy of these objects from the stage's org to another one, and whether each record has the right parents there. */
export async function relatedCopy(stage: Stage, objects: readonly Related[]) {
  const target = await stage.addOrg('target');
  const command = stage.sf([
    'bulk2',
    'copy',
    ...objects.flatMap(({ object }) => ['-s', object]),
    '--source-org',
    stage.org.username,
    '--target-org',
    'target',
    '--no-prompt',
    '--results-dir',
    'copied',
  ]);
  return { name: 'sf bulk2 copy', command, check: () => faultIn(target, objects) };
}

async function faultIn(target: OrgDoor, objects: readonly Related[]): Promise<string | undefined> {
  const keys = new Map<unknown, unknown>();
  for (const { object, rows, parents } of objects) {
    const records = await target.records(object);
    if (records.length !== rows) return `${records.length} records of ${object}`;
    let wrong = 0;
    for (const record of records) {
      keys.set(record.Id, record.External_Id__c);
      const row = Number(String(record.External_Id__c).split('-')[1]);
      if (parents.some((parent) => keys.get(record[parent.field]) !== keyOf(parent.object, parent.of(row))))
        wrong++;
    }
    if (wrong > 0) return `${wrong} records of ${object} with a wrong parent`;
  }
  return undefined;
}
