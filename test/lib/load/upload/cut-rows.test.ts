import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCell } from '../../../../src/lib/csv/cells.js';
import { scanCsv } from '../../../../src/lib/csv/scan.js';
import { InputChangedError } from '../../../../src/lib/jobs/errors.js';
import { addKeySums, keySumIn } from '../../../../src/lib/load/keys/key-sum.js';
import { sourceRowsOf } from '../../../../src/lib/load/collect/source-rows.js';
import { cutRows } from '../../../../src/lib/load/upload/cut-rows.js';
import { packParts } from '../../../../src/lib/load/plan/parts.js';
import { sourceFile } from '../../../../src/lib/load/plan/stage.js';
import { partBody } from '../../../../src/lib/load/upload/part-body.js';
import type { LoadPlan, Part } from '../../../../src/lib/run/record.js';
import { cellText } from '../../../../src/lib/csv/cells.js';
import { tempFolder } from '../../../support/temp-folder.ts';

const columns = ['Id', 'Name'];
const sumRows = (names: readonly string[]) => keySumIn(names, 'Id');

/** A load of records with these names, in one part. */
async function planned(names: readonly string[], endsWithNewline = true) {
  const path = join(await tempFolder(), 'input.csv');
  const lines = names.map((name, index) => `001${index},${encodeCell(name, ',')}`);
  await writeFile(path, `Id,Name\n${lines.join('\n')}${endsWithNewline ? '\n' : ''}`);
  const source = await sourceFile(path, 'input.csv', false);
  const { parts: segments } = await scanCsv(source, { delimiter: ',', sumRows });
  const limits = { maxPartBytes: Infinity, maxPartRows: Infinity };
  const [part] = packParts(
    segments.map((segment) => ({ ...segment, source: 0 })),
    limits,
  );
  const dialect = { columnDelimiter: 'COMMA', lineEnding: 'LF', header: 'Id,Name', columns } as const;
  const plan = { operation: 'update', ...dialect, sources: [source], parts: [part] } as unknown as LoadPlan;
  return { path, plan, part: part as Part };
}

async function cutOf({ plan, part }: { plan: LoadPlan; part: Part }, cut: ReadonlySet<number>) {
  const taken: Array<readonly [name: string, row: number]> = [];
  const left = await cutRows(part, {
    plan,
    keeps: (row) => !cut.has(row),
    visitCut: (record, _, row) => taken.push([cellText(record, 1), row]),
    pause: () => Promise.resolve(),
  });
  return { left, taken };
}

async function textOf(plan: LoadPlan, part: Part): Promise<string> {
  return Buffer.concat(await Array.fromAsync(partBody(plan, part))).toString('utf8');
}

const rowNames = fc.array(
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', ',', '"', '\n', 'é', ' ') }),
  {
    minLength: 1,
    maxLength: 30,
  },
);

test('what is left of a part is uploaded as if it had never had the rows that were cut out, and these are told', async () => {
  await fc.assert(
    fc.asyncProperty(rowNames, fc.infiniteStream(fc.boolean()), fc.boolean(), async (names, coins, ends) => {
      const cut = new Set(names.flatMap((_, index) => (coins.next().value === true ? [index + 1] : [])));
      const load = await planned(names, ends);
      const { left, taken } = await cutOf(load, cut);
      expect(taken).toEqual(names.flatMap((name, index) => (cut.has(index + 1) ? [[name, index + 1]] : [])));
      const kept = names.flatMap((name, index) => (cut.has(index + 1) ? [] : [[name, index + 1] as const]));
      const lines = kept.map(([name, row]) => `001${row - 1},${encodeCell(name, ',')}\n`);
      expect(await textOf(load.plan, left)).toBe(`Id,Name\n${lines.join('')}`);
      expect(left.rows).toBe(kept.length);
      const rows: Array<readonly [string, number]> = [];
      await sourceRowsOf(load.plan, left).scan((record, _, row) => rows.push([cellText(record, 1), row]));
      expect(rows).toEqual(kept);
    }),
    { numRuns: 40 },
  );
});

test('what is left of a part can be cut again, and the checksums of its keys are those of its rows', async () => {
  const load = await planned(['a', 'b', 'c', 'd', 'e']);
  const once = await cutOf(load, new Set([2]));
  const twice = await cutOf({ ...load, part: once.left }, new Set([2, 4]));
  expect(twice.taken).toEqual([['d', 4]]);
  expect(await textOf(load.plan, twice.left)).toBe('Id,Name\n0010,a\n0012,c\n0014,e\n');
  const sums = [load.part, once.left, twice.left].map(({ segments }) =>
    addKeySums(segments.map(({ sum }) => sum)),
  );
  expect(new Set(sums).size).toBe(3);
  const all = await cutOf({ ...load, part: twice.left }, new Set([1, 3, 5]));
  expect(all.left).toMatchObject({ segments: [], rows: 0, bytes: 0 });
});

test('a source that is not what was planned is not cut', async () => {
  const load = await planned(['a', 'b', 'c']);
  await writeFile(load.path, 'Id,Name\n0010,a\n0011,B\n0012,c\n');
  await expect(cutOf(load, new Set([1]))).rejects.toThrow(InputChangedError);
});
