import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished } from 'vitest';
import { restApi } from '../../../../src/lib/api/rest.js';
import { describer } from '../../../../src/lib/describe/describe.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { startLoad } from '../../../../src/lib/load/load.js';
import type { RunContext } from '../../../../src/lib/run/context.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import { retryLoad, type RetryOptions } from '../../../../src/lib/load/retry-load.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import { startOrg } from '../../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../../faults/library.ts';
import { insertRequest } from '../../../support/insert-request.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

export type Row = Record<string, string>;

export const names = Array.from({ length: 12 }, (_, row) => `row ${row}`);
export const tooLong = 'x'.repeat(300);
const isBad = (row: number): boolean => row % 3 === 1;

/** A load of 12 accounts, four of which fail because of a number that is too long, and what a person does next. */
export async function failedLoad(more: Partial<LoadRequest> = {}) {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const path = join(folder, 'a.csv');
  const lines = names.map((name, row) => `${name},${isBad(row) ? tooLong : row},"a ""b"", c\nd"`);
  await writeFile(path, `Name,AccountNumber,Description\n${lines.join('\n')}\n`);
  const events = new Events<LoadEvents>();
  const request = { ...insertRequest(path, folder), ...more };
  const { files, failed } = await startLoad(
    await planLoad(request, library, events),
    { events, wait: 'end' },
    library,
  );
  expect(failed).toBe(4);
  const failedPath = files?.failed ?? '';
  const warnings: string[] = [];
  const run = (await library.store.list())[0]!;
  return {
    org,
    failedPath,
    warnings,
    rows: parse<Row>(await readFile(failedPath), { columns: true }),
    library,
    run,
    retry: (
      context: RunContext = library,
      more: Pick<RetryOptions, 'maxFailures' | 'moved' | 'encoding'> = {},
    ) =>
      retryLoad(
        run,
        {
          events,
          wait: 'end',
          describeOf: describer(restApi(library.api)),
          onPlanned: (planned) => warnings.push(...planned.warnings.map(({ message }) => message)),
          ...more,
        },
        context,
      ),
    stateFiles: () => readdir(join(library.store.folder, 'runs')),
    records: async () => {
      const records = await org.records('Account');
      return records.map(({ Name, AccountNumber }) => [String(Name), String(AccountNumber)]).sort();
    },
  };
}

export const fixed = (rows: readonly Row[]): Row[] =>
  rows.map((row, at) => ({ ...row, AccountNumber: `fixed ${at}` }));

type Writing = {
  readonly delimiter?: string;
  readonly newline?: string;
  readonly columns?: readonly string[];
  /** Only where they are needed, as a spreadsheet writes them. */
  readonly quotes?: boolean;
};

export function csvOf(
  rows: readonly Row[],
  { delimiter = ',', newline = '\n', columns, quotes = false }: Writing = {},
) {
  const header = columns ?? Object.keys(rows[0] ?? {});
  const cell = (text: string): string =>
    quotes || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))];
  return lines.map((cells) => cells.map(cell).join(delimiter) + newline).join('');
}
