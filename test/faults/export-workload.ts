import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Events } from '../../src/lib/events.js';
import type { ExportPlan } from '../../src/lib/journal/record.js';
import type { ExportEvents } from '../../src/lib/query/events.js';
import { resumeExport, runExport } from '../../src/lib/query/export.js';
import type { ExportOptions } from '../../src/lib/query/export-session.js';
import { openOutput } from '../../src/lib/query/sinks/open-output.js';
import type { OrgOptions } from '../org/options.ts';
import { startOrg } from '../org/start.ts';
import { openLibrary, placeOf } from './library.ts';
import type { Workload } from './workload.ts';

const outputName = 'records.csv';
const pageRows = 10;

/** An export of so many pages to a file, which has to be equal to an uninterrupted one's to the byte. */
export async function exportWorkload(pages = 6): Promise<Workload> {
  const orgOptions = { tables: { Account: pages * pageRows - 5 }, queryPageRows: pageRows };
  const expected = await uninterrupted(orgOptions);
  return {
    orgOptions,
    prepare: () => Promise.resolve(),
    ...exportSteps,
    async problems(_, folder) {
      const actual = await readFile(join(folder, outputName)).catch(() => Buffer.from('no file'));
      const leftOvers = (await readdir(folder)).filter((name) => name.startsWith(`${outputName}.`));
      return [
        ...(actual.equals(expected) ? [] : [`${outputName} has other bytes: ${actual.length}`]),
        ...leftOvers.map((name) => `left behind: ${name}`),
      ];
    },
    problemsUnbegun: (_, folder) =>
      access(join(folder, outputName)).then(
        () => [`${outputName} is there`],
        () => [],
      ),
  };
}

/** What a process of its own needs of it. */
export const exportSteps: Pick<Workload, 'start' | 'resume'> = {
  start: (context, folder) => runExport(planIn(folder), toTheEnd(), context),
  resume: (run, context) => resumeExport(run, toTheEnd(), context),
};

function planIn(folder: string): ExportPlan {
  return {
    operation: 'query',
    soql: 'SELECT Id, Name, Amount__c, Notes__c FROM Account',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    format: 'csv',
    typed: false,
    outputFile: join(folder, outputName),
    concurrency: 3,
  };
}

function toTheEnd(): ExportOptions {
  const openSink = openOutput({ stream: process.stdout, showTable: () => undefined });
  return { wait: 'end', openSink, events: new Events<ExportEvents>() };
}

async function uninterrupted(orgOptions: OrgOptions): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-'));
  await using org = await startOrg(orgOptions);
  const library = openLibrary(placeOf(org, folder));
  try {
    await exportSteps.start(library, folder);
    return await readFile(join(folder, outputName));
  } finally {
    await library.close();
    await rm(folder, { recursive: true });
  }
}
