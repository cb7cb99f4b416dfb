import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { Events } from '../../src/lib/events.js';
import type { LoadEvents } from '../../src/lib/load/model/events.js';
import { resumeLoad } from '../../src/lib/load/load.js';
import { retryLoad } from '../../src/lib/load/retry-load.js';
import type { RunContext } from '../../src/lib/run/context.js';
import { jobIdsOf, type RunView } from '../../src/lib/run/store.js';
import type { Org } from '../../local-org/index.ts';
import { openLibrary, placeOf } from './library.ts';
import { closedRows, differences } from './load-problems.ts';
import { loadOf } from './load-workload.ts';
import type { Workload } from './workload.ts';

const parts = 4;
const rows = Array.from({ length: parts * 10 }, (_, row) => `row ${row}`);
const failed = rows.filter((_, row) => row % 10 === 3);
/** What a person does with the failed rows: fixes two of them, leaves one as it is, and removes the last one. */
const [, , unchanged = '', removed = ''] = failed;
const fixed = failed.slice(0, 2);

type Row = Readonly<Record<string, string>>;

const load = loadOf(parts);
const following = { wait: 'end', events: new Events<LoadEvents>() } as const;

/** A load that has ended, and whose file of failed records a person has edited: what is killed is its retry. */
export const jobRetryWorkload: Workload = {
  orgOptions: {},
  isOwn: isRetry,
  async prepare(folder, org) {
    await load.prepare(folder, org);
    const library = openLibrary(placeOf(org, folder));
    await load.start(library, folder);
    await library.close();
    const path = await pathOf(folder, 'failed');
    const all: Row[] = parse(await readFile(path), { columns: true });
    const edited = all
      .filter(({ Name }) => Name !== removed)
      .map((row) => (row.Name === unchanged ? row : { ...row, ParentId: '' }));
    await writeFile(path, stringify(edited, { header: true, delimiter: ';', bom: true }));
  },
  start: (context) => retry(context),
  async resume(run, context) {
    // A retry that has no job yet can be retried again as well as resumed.
    return jobIdsOf(run.records).length === 0 ? retry(context) : resumeLoad(run, following, context);
  },
  problems: retryProblems,
  async problemsUnbegun(org, folder) {
    const sent = differences('closed jobs', await closedRows(org), rows);
    if (sent.length > 0) return sent;
    const library = openLibrary(placeOf(org, folder));
    await retry(library);
    await library.close();
    return retryProblems(org, folder);
  },
};

async function retry(context: RunContext): Promise<unknown> {
  // A process that was killed before the first record of its run has left an empty one.
  const run = (await context.store.list()).find((each) => each.records.length > 0 && !isRetry(each));
  if (run === undefined) throw new Error('There is no load to retry.');
  const quietly = { describeOf: () => Promise.resolve(undefined), onPlanned: () => undefined };
  return retryLoad(run, { ...following, ...quietly }, context);
}

function isRetry({ records: [first] }: RunView): boolean {
  return first?.type === 'load' && first.plan.retryOf !== undefined;
}

/** Every row that was sent again is in one further job and in one file of the retry. */
async function retryProblems(org: Org, folder: string): Promise<string[]> {
  const good = rows.filter((name) => !failed.includes(name));
  const records = (await org.records('Account')).map(({ Name }) => String(Name));
  const results = await readdir(join(folder, 'results'));
  const namesIn = async (kind: string): Promise<string[]> => {
    const files = results.filter((name) => name.endsWith(`-${kind}-records.csv`));
    const contents = await Promise.all(files.map((name) => readFile(join(folder, 'results', name))));
    return contents.flatMap((content) =>
      parse<Row>(content, { columns: true, bom: true, delimiter: [',', ';'] }).map(({ Name = '' }) => Name),
    );
  };
  return [
    ...differences('closed jobs', await closedRows(org), [...rows, ...fixed, unchanged]),
    ...differences('records', records, [...good, ...fixed]),
    ...differences('success files', await namesIn('success'), [...good, ...fixed]),
    // The load's own file stays as the person has left it.
    ...differences('failed files', await namesIn('failed'), [...fixed, unchanged, unchanged]),
    ...differences('unprocessed files', await namesIn('unprocessed'), []),
    ...results
      .filter((name) => !name.endsWith('-records.csv') && !name.startsWith('.bulk2-'))
      .map((name) => `left behind: ${name}`),
  ];
}

async function pathOf(folder: string, kind: string): Promise<string> {
  const name = (await readdir(join(folder, 'results'))).find((each) => each.includes(`-${kind}-`));
  return join(folder, 'results', name ?? '');
}
