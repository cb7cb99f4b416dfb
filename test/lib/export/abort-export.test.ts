import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outputSoFar } from '../../../src/lib/export/abort-export.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import { exportRecord } from '../../support/journal-records.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const finish = { type: 'finish', job: {}, rows: 1 } as JournalRecord;

test.each([
  ['none', [], false],
  ['partial', [], true],
  ['partial', [finish, { type: 'restart' }], true],
  ['complete', [finish], true],
  ['named', [finish], false],
] as const)('an interrupted export has %s of its output', async (expected, more, hasPartial) => {
  const folder = await tempFolder();
  const place = { kind: 'file', path: join(folder, 'a.csv'), partial: join(folder, 'a.csv.part') } as const;
  if (hasPartial) await writeFile(place.partial, 'Id\n');
  const first = exportRecord();
  const records = [{ ...first, plan: { ...first.plan, place } }, ...more];
  expect(await outputSoFar({ runId: 'x', path: '', records })).toBe(expected);
});

test('what went to a stream or nowhere is no output that an abort removes', async () => {
  const first = exportRecord();
  const place = { kind: 'stream', path: '/dev/fd/63' } as const;
  const streamed = { ...first, plan: { ...first.plan, place } };
  expect(await outputSoFar({ runId: 'x', path: '', records: [streamed] })).toBe('none');
});
