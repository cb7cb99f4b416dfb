import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { DatasetManifest } from '../../src/lib/output/dataset-manifest.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { codeBlocks, pageText, runAsPrinted } from '../support/docs-page.ts';
import { duckDb } from '../support/duckdb.ts';
import { needing } from '../support/systems.ts';

const root = join(import.meta.dirname, '..', '..');
const page = pageText('docs/datasets.md');
const [firstPart = '', lastPart = ''] = page.split('\n## Keep it up to date\n');
const longAgo = '2020-01-01T00:00:00.000Z';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ queryPageRows: 2000 });
  const airports = parse<Record<string, string>>(readFileSync(join(root, 'examples', 'airports.csv')), {
    columns: true,
  });
  bench.org.database.load(
    'Account',
    airports.map(({ Latitude__c: latitude, Longitude__c: longitude, ...airport }) => ({
      ...airport,
      Latitude__c: Number(latitude),
      Longitude__c: Number(longitude),
      SystemModstamp: longAgo,
    })),
  );
  for (const block of codeBlocks(firstPart, 'sh')) await shell(block);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** Runs commands that have to succeed. */
async function shell(script: string): Promise<void> {
  const { code, stderr } = await runAsPrinted(script, bench);
  expect(code, stderr).toBe(0);
}

/** A statement reads files of the bench's folder where it names them relative to it. */
function here(sql: string): string {
  return sql.replaceAll(/'(accounts|history)\//g, `'${bench.folder}/$1/`);
}

/** A table of Markdown as its cells. */
function cellsOf(table: string): string[][] {
  const lines = table.trim().split('\n');
  return lines
    .filter((_, index) => index !== 1)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const shown = [...firstPart.matchAll(/^```sql\n(.*?)^```\n\n(\|.*?)\n\n/gms)].map(
  ([, sql = '', table = '']) => [sql, table] as const,
);

describe('docs/datasets.md', () => {
  needing('a POSIX shell').each(shown)('DuckDB answers as the page shows: %s', async (sql, table) => {
    const { types, rows } = await duckDb(here(sql));
    const answer = [Object.keys(types), ...rows.map((row) => Object.values(row).map(String))];
    expect(answer).toEqual(cellsOf(table));
  });

  needing('a POSIX shell')('shows what each statement of its first sections answers', () => {
    expect(shown.map(([sql]) => sql)).toEqual(codeBlocks(firstPart, 'sql'));
    expect(shown.length).toBeGreaterThan(1);
  });

  needing('a POSIX shell')(
    'shows the manifest of the export, but for ids, times and what depends on them',
    async () => {
      const [shownManifest = ''] = codeBlocks(page, 'json');
      const told = JSON.parse(shownManifest) as DatasetManifest;
      const real = JSON.parse(
        await readFile(bench.file('accounts/_manifest.json'), 'utf8'),
      ) as DatasetManifest;
      expect(stable(told)).toEqual(stable(real));
      expect(Object.keys(told)).toEqual(Object.keys(real));
      expect(told.parts.map((part) => Object.keys(part))).toEqual(
        real.parts.map((part) => Object.keys(part)),
      );
      const files = [...real.parts.map(({ file }) => file), '_manifest.json'];
      expect(readdirSync(bench.file('accounts')).sort()).toEqual(files.sort());
    },
  );

  needing('a POSIX shell')('shows a program for Node that runs', async () => {
    await symlink(join(root, 'node_modules'), bench.file('node_modules'), 'junction');
    const [program = ''] = codeBlocks(page, 'js');
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: bench.folder });
    expect(stdout).toContain(longAgo);
    expect(stdout.match(/2020-01-01/g)).toHaveLength(5);
  });

  needing('a POSIX shell')(
    'exports what has changed, and its view has the last version of each record',
    async () => {
      const [update = ''] = codeBlocks(lastPart, 'sh');
      await shell(update);
      const [first = ''] = await readdir(bench.file('history'));
      // As if time had passed: the page names folders by the second.
      await rename(bench.file(`history/${first}`), bench.file('history/20250101T000000Z'));
      await changeAndDelete();
      await shell(update);
      const second = (await readdir(bench.file('history'))).sort().at(-1) ?? '';
      const changes = await duckDb(
        here(`SELECT Name, IsDeleted FROM 'history/${second}/*.parquet' ORDER BY Name`),
      );
      expect(changes.rows).toEqual([
        { Name: 'Gone', IsDeleted: true },
        { Name: 'New name', IsDeleted: false },
      ]);
      const [view = '', count = ''] = codeBlocks(lastPart, 'sql').map(here);
      expect((await duckDb(view, count)).rows).toEqual([
        { IsDeleted: false, accounts: 3375n },
        { IsDeleted: true, accounts: 1n },
      ]);
      const names = await duckDb(
        view,
        "SELECT Name FROM accounts WHERE Name IN ('Thigpen', 'New name', 'Gone') ORDER BY Name",
      );
      expect(names.rows).toEqual([{ Name: 'Gone' }, { Name: 'New name' }]);
    },
    120_000,
  );
});

/** A manifest without what every export has anew, and whether that is of its form. */
function stable({ jobIds, completedAt, bytes, parts, ...manifest }: DatasetManifest): object {
  return {
    ...manifest,
    jobs: jobIds.map((id) => /^750\w{15}$/.test(id)),
    isTime: new Date(completedAt).toISOString() === completedAt,
    isSum: bytes === parts.reduce((sum, part) => sum + part.bytes, 0),
    parts: parts.map(({ file, rows, sha256 }) => ({ file, rows, isHash: /^[0-9a-f]{64}$/.test(sha256) })),
  };
}

/** Renames the first two accounts, and deletes the second one of them. */
async function changeAndDelete(): Promise<void> {
  const [one, two] = await bench.org.records('Account');
  const change = (operation: 'update' | 'delete', records: Array<Record<string, unknown>>) =>
    bench.org.database.save({ operation, object: 'Account', source: 'json', records });
  change('update', [
    { Id: one!.Id, Name: 'New name' },
    { Id: two!.Id, Name: 'Gone' },
  ]);
  change('delete', [{ Id: two!.Id }]);
}
