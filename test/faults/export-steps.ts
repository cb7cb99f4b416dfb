import { join } from 'node:path';
import { Events } from '../../src/lib/events.js';
import type { ExportPlan } from '../../src/lib/run/export-plan.js';
import type { ExportEvents } from '../../src/lib/export/events.js';
import { resumeExport, runExport } from '../../src/lib/export/export.js';
import type { ExportOptions } from '../../src/lib/export/session.js';
import { openOutput } from '../../src/lib/export/sinks/open-output.js';
import type { Workload } from './workload.ts';

export const outputName = 'records.csv';

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
