import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { firstPass, type CheckedSource } from '../../../../src/lib/load/plan/first-pass.js';
import { formOf } from '../../../../src/lib/load/plan/form.js';
import { readLeftOut } from '../../../../src/lib/load/plan/left-out.js';
import { inForm } from '../../../../src/lib/load/plan/send-form.js';
import { sourceFile } from '../../../../src/lib/load/plan/stage.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import { tempFolder } from '../../../support/temp-folder.ts';

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b1', 'é', '"x"', '"a ""b"""', '"1,2"') },
  { weight: 3, arbitrary: fc.constantFrom('', '""', '#N/A') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"two\nlines"', '"two\r\nlines"', '"x"y', 'longer than a part of a load'),
  },
);
const row = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(cell, cell, cell).map((cells) => cells.join(',')) },
  { weight: 1, arbitrary: fc.constantFrom('', ',,', 'a,b', 'a,b,c,d') },
);
const file = fc
  .record({
    rows: fc.array(row, { maxLength: 12 }),
    ends: fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
    isMixed: fc.boolean(),
    hasLastEnd: fc.boolean(),
  })
  .map(({ rows, ends, isMixed, hasLastEnd }) => {
    const lines = ['Id,B,C', ...rows];
    const endOf = (at: number): string => (ends[isMixed ? at : 0] === true ? '\r\n' : '\n');
    return lines.map((line, at) => line + (at < rows.length || hasLastEnd ? endOf(at) : '')).join('');
  });
const request = fc
  .record({
    columns: fc.constantFrom(
      { emptyAsNull: true },
      { mapping: parseMapRules(['B=']) },
      { mapping: parseMapRules(['B=X__c,Y__c']), emptyAsNull: true },
      { mapping: parseMapRules(['B=', 'C=']) },
      { mapping: parseMapRules(['C=Key__c']), emptyAsNull: true },
    ),
    operation: fc.constantFrom('insert', 'update'),
    maxRowsPerJob: fc.constantFrom(3, Number.POSITIVE_INFINITY),
    maxPartBytes: fc.constantFrom(20, 60, 1000),
  })
  .map(({ maxRowsPerJob, maxPartBytes, ...rest }) => ({
    request: { object: 'Account', reading: {}, limits: { maxRowsPerJob }, ...rest } as unknown as LoadRequest,
    maxPartBytes,
  }));

describe('what is written of a source while it is checked', () => {
  test('is what a second pass writes, cut in the same places', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'a.csv');
    let copies = 0;
    await fc.assert(
      fc.asyncProperty(file, request, async (content, { request: asked, maxPartBytes }) => {
        await writeFile(path, content);
        const source = await sourceFile(path, 'a.csv', false);
        const pass = async (copyPath?: () => string): Promise<CheckedSource> => {
          const { checked } = await firstPass([source], {
            request: asked,
            target: undefined,
            maxPartBytes,
            onBytes: () => undefined,
            signal: undefined,
            stagedAs: () => undefined,
            copyPath,
          });
          return checked[0] as CheckedSource;
        };
        const sent = async (checking: Promise<CheckedSource>, name: string) => {
          try {
            const checked = await checking;
            if (checked.copy !== undefined) copies += 1;
            const { source: spool, segments } = await inForm(checked, {
              form: formOf(checked),
              keyName: asked.operation === 'update' ? 'Id' : undefined,
              spoolPath: join(folder, name),
              maxPartBytes,
              maxPartRows: asked.limits.maxRowsPerJob,
              signal: undefined,
            });
            const place = spool.leftOut === undefined ? undefined : await readLeftOut(spool.leftOut);
            const rows = segments.reduce((sum, each) => sum + each.rows, 0);
            const places = Array.from({ length: rows }, (_, at) => place?.(at + 1) ?? at + 1);
            return { text: await readFile(spool.path, 'utf8'), bytes: spool.bytes, segments, places };
          } catch (error) {
            return (error as Error).message;
          }
        };
        const early = await sent(
          pass(() => join(folder, 'early.csv')),
          'late.csv',
        );
        expect(early).toEqual(await sent(pass(), 'late.csv'));
      }),
      { numRuns: 150 },
    );
    expect(copies).toBeGreaterThan(20);
  });
});
