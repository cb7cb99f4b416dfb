import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { Events } from '../../src/lib/events.js';
import { queryCsv } from '../../src/lib/export/query-job.js';
import type { LoadEvents } from '../../src/lib/load/model/events.js';
import { resumeLoad, startLoad } from '../../src/lib/load/load.js';
import { planLoad } from '../../src/lib/load/plan/plan.js';
import { closedRows, differences } from './load-problems.ts';
import type { Workload } from './workload.ts';

const names = Array.from({ length: 25 }, (_, row) => `row ${row}`);
/** No record has the key of the first of them, and two have that of the other. */
const unmatched = ['row 3', 'row 12'];
const matched = names.filter((name) => !unmatched.includes(name));
const following = { wait: 'end', events: new Events<LoadEvents>() } as const;

/** An update that finds its records by a key. Rows without a single record are in no job. */
export const updateByKeyWorkload: Workload = {
  orgOptions: {},
  async prepare(folder, org) {
    const records = names.flatMap((name, row) => {
      const key = { Name: 'before', AccountNumber: `key ${row}` };
      return name === 'row 3' ? [] : name === 'row 12' ? [key, key] : [key];
    });
    org.database.load('Account', records);
    const lines = names.map((name, row) => `KEY ${row},${name}`);
    await writeFile(join(folder, 'input.csv'), `AccountNumber,Name\n${lines.join('\n')}\n`);
  },
  async start(context, folder) {
    const request = {
      operation: 'update',
      object: 'Account',
      externalId: 'AccountNumber',
      inputs: [{ name: 'input.csv', path: join(folder, 'input.csv') }],
      reading: {},
      columns: {},
      limits: { maxJobBytes: 1_000_000, maxRowsPerJob: 10, concurrency: 2 },
      resultsDir: join(folder, 'results'),
      preflight: true,
      wait: 'end',
    } as const;
    const planned = await planLoad(request, context, new Events<LoadEvents>(), { queryCsv });
    return startLoad(planned, following, context);
  },
  resume: (run, context) => resumeLoad(run, following, context),
  async problems(org, folder) {
    const records = (await org.records('Account')).map(
      ({ Name, AccountNumber }) => `${AccountNumber} ${Name}`,
    );
    const results = await readdir(join(folder, 'results'));
    const rowsIn = async (kind: string): Promise<string[]> => {
      const path = results.find((name) => name.endsWith(`-${kind}-records.csv`)) ?? '';
      const content = path === '' ? '' : await readFile(join(folder, 'results', path));
      const rows: Array<Readonly<Record<string, string>>> = parse(content, { columns: true });
      return rows.map(({ Name, AccountNumber }) => `${AccountNumber} ${Name}`);
    };
    const rowOf = (name: string): string => `KEY ${name.slice(4)} ${name}`;
    return [
      ...differences('closed jobs', await closedRows(org), matched),
      ...differences('records', records, [
        ...matched.map((name) => `key ${name.slice(4)} ${name}`),
        ...['key 12 before', 'key 12 before'],
      ]),
      ...differences('success file', await rowsIn('success'), matched.map(rowOf)),
      ...differences('failed file', await rowsIn('failed'), unmatched.map(rowOf)),
    ];
  },
  async problemsUnbegun(org) {
    const rows = await closedRows(org);
    return rows.length === 0 ? [] : [`${rows.length} rows were sent and cannot be resumed`];
  },
};
