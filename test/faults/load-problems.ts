import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Org } from '../../local-org/index.ts';

export type ExpectedRow = {
  readonly name: string;
  /** Whether the org refuses it. */
  readonly fails: boolean;
  readonly file: string;
  /** From 1. */
  readonly row: number;
};

type Row = Readonly<Record<string, string>>;

/** Names of the rows in all closed jobs: what the org was told to process, by the bytes that reached it. */
export async function closedRows(org: Org): Promise<string[]> {
  const jobs = await org.jobs();
  const closed = jobs.filter(
    ({ kind, state }) => kind === 'ingest' && state !== 'Open' && state !== 'Aborted',
  );
  const rows: string[] = [];
  for (const { content } of closed) {
    if (content !== undefined) rows.push(...(await namesIn(content.path)));
  }
  return rows;
}

/** Holds a load that has ended to the org's own account and to its result files. */
export async function loadProblems(
  org: Org,
  folder: string,
  expected: readonly ExpectedRow[],
  /** Rows that are in further jobs, once for each. */
  retried: readonly string[] = [],
): Promise<string[]> {
  const all = [...expected.map(({ name }) => name), ...retried];
  const good = expected.filter(({ fails }) => !fails);
  const records = await org.records('Account');
  const files = await resultsIn(join(folder, 'results'));
  return [
    ...differences('closed jobs', await closedRows(org), all),
    ...differences(
      'records',
      records.map(({ Name }) => String(Name)),
      good.map(({ name }) => name),
    ),
    ...differences(
      'success file',
      files.success.map((row) => `${row.sf__Id} ${row.Name}`),
      records.map(({ Id, Name }) => `${String(Id)} ${String(Name)}`),
    ),
    ...differences(
      'failed file',
      files.failed.map((row) => `${row.source__File} ${row.source__Row} ${row.Name}`),
      expected.filter(({ fails }) => fails).map(({ name, file, row }) => `${file} ${row} ${name}`),
    ),
    ...differences(
      'unprocessed file',
      files.unprocessed.map(({ Name }) => Name ?? ''),
      [],
    ),
    ...files.others.map((name) => `left behind: ${name}`),
  ];
}

async function resultsIn(folder: string) {
  const names = await readdir(folder);
  const of = async (kind: string): Promise<Row[]> => {
    const [name, ...more] = names.filter((each) => each.endsWith(`-${kind}-records.csv`));
    // A set without rows has no file.
    if (name === undefined) return [];
    if (more.length > 0) return [{ Name: `${1 + more.length} files of this kind` }];
    return parse(await readFile(join(folder, name)), { columns: true });
  };
  return {
    success: await of('success'),
    failed: await of('failed'),
    unprocessed: await of('unprocessed'),
    // What tries the folder of a run that never began nobody comes back to.
    others: names.filter((name) => !name.endsWith('-records.csv') && !name.startsWith('.bulk2-')),
  };
}

async function namesIn(path: string): Promise<string[]> {
  const rows: Row[] = parse(await readFile(path), { columns: true });
  return rows.map(({ Name }) => Name ?? '');
}

/**
 * Holds a load of which the org has failed jobs to the org's own account: every row is in one closed job and in one of
 * the three files, and those that succeeded are those that the org has.
 */
export async function failedLoadProblems(
  org: Org,
  folder: string,
  names: readonly string[],
): Promise<string[]> {
  const records = await org.records('Account');
  const { success, failed, unprocessed, others } = await resultsIn(join(folder, 'results'));
  const namesOf = (rows: readonly Row[]) => rows.map(({ Name }) => Name ?? '');
  return [
    ...differences('closed jobs', await closedRows(org), names),
    ...differences('files', namesOf([...success, ...failed, ...unprocessed]), names),
    ...differences(
      'success file',
      namesOf(success),
      records.map(({ Name }) => String(Name)),
    ),
    ...(unprocessed.length === 0 ? ['no row is unprocessed'] : []),
    ...others.map((name) => `left behind: ${name}`),
  ];
}

/**
 * Holds a load that the org took only a part of to the org's own account: every row is in one of the three files, and
 * unprocessed where it is in no closed job. Jobs whose creation was never answered count too, so that it may take none.
 */
export async function refusedLoadProblems(
  org: Org,
  folder: string,
  names: readonly string[],
): Promise<string[]> {
  const closed = await closedRows(org);
  const records = await org.records('Account');
  const { success, failed, unprocessed, others } = await resultsIn(join(folder, 'results'));
  if (closed.length === 0) return success.length + failed.length > 0 ? ['results of nothing'] : [];
  const namesOf = (rows: readonly Row[]) => rows.map(({ Name }) => Name ?? '');
  return [
    ...differences('files', namesOf([...success, ...failed, ...unprocessed]), names),
    ...differences('processed files', namesOf([...success, ...failed]), closed),
    ...differences(
      'success file',
      namesOf(success),
      records.map(({ Name }) => String(Name)),
    ),
    ...others.map((name) => `left behind: ${name}`),
  ];
}

/** Compares as bags: a row that is there twice is as wrong as one that is missing. */
export function differences(place: string, actual: readonly string[], expected: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const each of expected) counts.set(each, (counts.get(each) ?? 0) - 1);
  for (const each of actual) counts.set(each, (counts.get(each) ?? 0) + 1);
  const wrong = [...counts].filter(([, count]) => count !== 0);
  return wrong.slice(0, 3).map(([each, count]) => {
    const what = count < 0 ? 'is missing' : `is there ${count} times too often`;
    return `${place}: ${each} ${what} (${wrong.length} rows differ)`;
  });
}
