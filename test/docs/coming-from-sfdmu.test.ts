import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlanFile } from '../../src/lib/copy/plan/plan-file.js';
import { codeBlocks, codeSpans, pageText, tableRows } from '../support/docs-page.ts';
import { tempFolder } from '../support/temp-folder.ts';

const page = pageText('docs/coming-from-sfdmu.md');
const rows = tableRows(page);

/** Keys of theirs in a table, without the values that some are shown with. */
function theirs(head: string): string[] {
  const cells = rows.flatMap((row) => (row[head] === undefined ? [] : [row[head]]));
  const keys = cells.flatMap((cell) => codeSpans(cell).filter((code) => /^[a-z]/.test(code)));
  return [...new Set(keys)].sort();
}

test('the page on SFDMU has each key of its plan, as its schema had them in 5.8', () => {
  expect(theirs('`objects[]`')).toHaveLength(36);
  expect(theirs('`export.json`')).toHaveLength(43);
});

test('every key and every flag of ours that the page on SFDMU names is there', () => {
  const schema = readFileSync(join(import.meta.dirname, '../../schemas/copy-plan.json'), 'utf8');
  const known = new Set([...schema.matchAll(/"(\w+)": ?\{/g)].map(([, key]) => key));
  const { flags, flagChars } = (
    JSON.parse(pageText('command-snapshot.json')) as Array<{
      command: string;
      flags: string[];
      flagChars: string[];
    }>
  ).find(({ command }) => command === 'bulk2:copy')!;
  const ours = rows.flatMap(({ Here }) => (Here === undefined ? [] : codeSpans(Here)));
  const keys = ours.filter((code) => /^[a-z]\w*(?::|$)/.test(code)).map((code) => code.split(':')[0] ?? '');
  const values = ['clear', 'hold', 'fail'];
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !known.has(key) && !values.includes(key))).toEqual([]);
  const named = ours.filter((code) => code.startsWith('-')).map((code) => code.replace(/^-+/, ''));
  expect(named.length).toBeGreaterThan(15);
  const others = ['hard-delete'];
  expect(named.filter((flag) => ![...flags, ...flagChars, ...others].includes(flag))).toEqual([]);
});

test('the plan that the page on SFDMU shows beside theirs is a plan', async () => {
  const [plan = ''] = codeBlocks(page, 'yaml');
  const [theirPlan = ''] = codeBlocks(page, 'json');
  const path = join(await tempFolder(), 'plan.yaml');
  await writeFile(path, plan);
  const { objects } = await readPlanFile(path);
  const other = JSON.parse(theirPlan) as { objects: Array<{ query: string }> };
  expect(objects.map(({ object }) => object)).toEqual(
    other.objects.map(({ query }) => / FROM (\w+)/.exec(query)?.[1]),
  );
});
