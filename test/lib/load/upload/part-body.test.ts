import { createHash } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { partBody, uploadBytes } from '../../../../src/lib/load/upload/part-body.js';
import { InputChangedError } from '../../../../src/lib/jobs/errors.js';
import type { LoadPlan, Part, Segment } from '../../../../src/lib/run/record.js';
import { loadPlan } from '../../../support/load-plan.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

describe('the data of a part', () => {
  test('are the header and exactly the rows of its byte range', async () => {
    const plan = await loadPlan(await tempFolder(), { parts: [['a,1', 'b,2'], ['ü,3']] });
    expect(await textOf(plan, 0)).toBe('Name,Site\na,1\nb,2\n');
    expect(await textOf(plan, 1)).toBe('Name,Site\nü,3\n');
  });

  test('come from several files, each ended with a line ending where it has none', async () => {
    const plan = await planOf({ 'a.csv': 'H\r\n1\r\n2', 'b.csv': 'H\r\n3\r\n' }, 'CRLF', [
      { source: 0, start: 3, end: 7, endsWithNewline: false },
      { source: 1, start: 3, end: 6, endsWithNewline: true },
    ]);
    expect(await textOf(plan, 0)).toBe('H\r\n1\r\n2\r\n3\r\n');
  });

  test('may be no rows at all', async () => {
    const plan = await planOf({ 'a.csv': 'H\n' }, 'LF', [
      { source: 0, start: 2, end: 2, endsWithNewline: true },
    ]);
    expect(await textOf(plan, 0)).toBe('H\n');
  });

  test('are counted as they are handed over, header and added line endings included', async () => {
    const plan = await planOf({ 'a.csv': `H\n${'x'.repeat(600_000)}` }, 'CRLF', [
      { source: 0, start: 2, end: 600_002, endsWithNewline: false },
    ]);
    const counts: number[] = [];
    let sent = 0;
    for await (const piece of partBody(plan, plan.parts[0]!, (bytes) => counts.push(bytes)))
      sent += piece.length;
    expect(counts.length).toBeGreaterThan(1);
    expect(counts.reduce((sum, bytes) => sum + bytes, 0)).toBe(sent);
    expect(uploadBytes(plan)).toBe(sent);
  });

  test('that are not what was planned end in an error, never as if they were whole', async () => {
    const folder = await tempFolder();
    const plan = await loadPlan(folder, { parts: [['a,1'], ['b,2']] });
    await writeFile(join(folder, 'accounts.csv'), 'Name,Site\na,1\nb,9\n');
    expect(await textOf(plan, 0)).toBe('Name,Site\na,1\n');
    await expect(textOf(plan, 1)).rejects.toThrow(InputChangedError);
    await writeFile(join(folder, 'accounts.csv'), 'Name,Site\n');
    await expect(textOf(plan, 0)).rejects.toThrow('accounts.csv has changed since this load was planned');
  });
});

async function textOf(plan: LoadPlan, part: number): Promise<string> {
  return (await buffer(partBody(plan, plan.parts[part]!))).toString();
}

type Cut = Pick<Segment, 'source' | 'start' | 'end' | 'endsWithNewline'>;

/** A plan with one part that takes these cuts of these files. */
async function planOf(
  files: Readonly<Record<string, string>>,
  lineEnding: LoadPlan['lineEnding'],
  cuts: readonly Cut[],
): Promise<LoadPlan> {
  const folder = await tempFolder();
  const sources = await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const path = join(folder, name);
      await writeFile(path, text);
      const { size, mtimeMs } = await stat(path);
      return { path, name, bytes: size, mtimeMs, spooled: false };
    }),
  );
  const texts = Object.values(files);
  const segments = cuts.map((cut): Segment => {
    const bytes = Buffer.from(texts[cut.source]!).subarray(cut.start, cut.end);
    return { ...cut, rows: 1, firstRow: 1, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const part: Part = { index: 0, segments, rows: cuts.length, bytes: 0 };
  const base = await loadPlan(folder, { parts: [] });
  return { ...base, sources, parts: [part], header: 'H', lineEnding };
}
