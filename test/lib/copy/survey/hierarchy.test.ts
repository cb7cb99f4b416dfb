import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Hierarchy } from '../../../../src/lib/copy/survey/hierarchy.js';
import { RowLevels } from '../../../../src/lib/copy/model/row-levels.js';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import { RowCountError } from '../../../../src/lib/errors.js';
import type { Org } from '../../../../local-org/index.ts';
import { accounts, copyOrgs, follow, id, linesOf, links } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const required = 0;
const optional = 1;

type Edge = readonly [row: number, parent: number, lookup: number];

async function settled(rows: number, edges: readonly Edge[]): Promise<RowLevels> {
  const hierarchy = new Hierarchy(rows, join(await tempFolder(), 'edges'));
  try {
    for (const edge of edges) hierarchy.add(...edge);
    hierarchy.settle((lookup) => lookup === required);
    return hierarchy.levels;
  } finally {
    hierarchy.close();
  }
}

const chain = (rows: number, lookup: number): Edge[] =>
  Array.from({ length: rows - 1 }, (_, row) => [row + 1, row, lookup] as const);
const told = (levels: RowLevels, rows: number) =>
  Array.from({ length: rows }, (_, row) => [levels.of(row), levels.follows(row)]);

describe('levels of records that refer to records of their own object', () => {
  test('begin again below ten, where a lookup may be filled later', async () => {
    expect(told(await settled(13, chain(13, optional)), 13).slice(9)).toEqual([
      [9, 'all'],
      [10, 'all'],
      [0, 'required'],
      [0, 'required'],
    ]);
  });

  test('go on below ten, where it may not', async () => {
    const levels = await settled(40, chain(40, required));
    expect(Array.from({ length: 40 }, (_, row) => levels.of(row))).toEqual([...Array(40).keys()]);
    expect(levels.places()).toHaveLength(40);
  });

  test('tell a circle of lookups that must have a value from what is below, and from one that can be filled later', async () => {
    // 0 and 1 refer to each other, once by a lookup that may wait; 3 and 4 by none that may.
    const edges: Edge[] = [
      [0, 1, required],
      [1, 0, optional],
      [2, 0, required],
      [3, 4, required],
      [4, 3, required],
      [5, 4, required],
      [6, 5, required],
      [6, 2, required],
    ];
    expect(told(await settled(8, edges), 8)).toEqual([
      [1, 'required'],
      [0, 'required'],
      [2, 'required'],
      [0, 'none'],
      [0, 'none'],
      [1, 'required'],
      [3, 'required'],
      [0, 'all'],
    ]);
  });

  test('are the same when read from their file', async () => {
    const levels = await settled(14, [...chain(13, required), [13, 13, required]]);
    const path = join(await tempFolder(), 'levels');
    await levels.write(path);
    expect(told((await RowLevels.read(path, 14)) as RowLevels, 14)).toEqual(told(levels, 14));
  });

  test('are read from the file of an older copy, which has a byte for each', async () => {
    const path = join(await tempFolder(), 'levels');
    await writeFile(path, Buffer.from([0, 1, 10, 255]));
    expect(told((await RowLevels.read(path, 4)) as RowLevels, 4)).toEqual([
      [0, 'all'],
      [1, 'all'],
      [10, 'all'],
      [0, 'required'],
    ]);
  });

  test('are not read from a file of other records', async () => {
    const path = join(await tempFolder(), 'levels');
    await writeFile(path, Buffer.from([0, 1, 10]));
    expect(await failureOf(RowLevels.read(path, 2))).toBeInstanceOf(RowCountError);
  });

  test('are refused beyond a thousand, each of which would be a load', async () => {
    expect((await failureOf(settled(1100, chain(1100, required)))).message).toContain('1,000 levels');
    expect((await settled(1001, chain(1001, required))).of(1000)).toBe(1000);
  });
});

describe('a lookup to the own object in the key', () => {
  const plan = { objects: [{ object: 'Account', key: ['ParentId', 'Name'] }] };
  const chained = (count: number) =>
    accounts(count).map((each, index) => ({
      ...each,
      ParentId: index === 0 ? null : id('001', index - 1),
    }));
  const parents = (org: Org) => links(org, 'Account', 'ParentId', 'Account');

  test('is loaded level by level, however deep, and found again', async () => {
    const orgs = await copyOrgs({ Account: chained(14) });
    const { totals, steps } = await orgs.copy(plan);
    expect(totals).toMatchObject({ successful: 14, held: 0 });
    expect(steps.map(({ kind }) => kind)).toEqual(Array(14).fill('load'));
    expect(await parents(orgs.target)).toEqual(await parents(orgs.source));
    const again = await orgs.plan(plan, { resultsDir: join(orgs.folder, 'again') });
    const second = await startCopy(again, follow(), orgs.contexts);
    expect(second.surveys[0]).toMatchObject({ held: 0, updates: Array(14).fill(1) });
    expect(await orgs.target.records('Account')).toHaveLength(14);
  });

  test('holds records in a circle, and what is below, and says so', async () => {
    const circle = [
      { Id: id('001', 90), Name: 'Left', ParentId: id('001', 91) },
      { Id: id('001', 91), Name: 'Right', ParentId: id('001', 90) },
    ];
    const child = { Id: id('001', 92), Name: 'Below', ParentId: id('001', 91) };
    const orgs = await copyOrgs({ Account: [...chained(13), child, ...circle] });
    const { totals, surveys } = await orgs.copy(plan);
    expect(totals).toMatchObject({ successful: 13, held: 3 });
    expect(surveys[0]?.heldReasons).toEqual([
      { reason: 'PARENTS_FORM_A_CIRCLE', field: 'ParentId', count: 2 },
      { reason: 'PARENT_HELD_OR_FAILED', field: '', count: 1 },
    ]);
    const held = await linesOf(join(orgs.folder, 'results', 'Account-held-records.csv'));
    expect(held.map((line) => line.split(',')[1]).sort()).toEqual([
      'PARENTS_FORM_A_CIRCLE',
      'PARENTS_FORM_A_CIRCLE',
      'PARENT_HELD_OR_FAILED',
    ]);
  });
});
