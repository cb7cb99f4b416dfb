import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OrgApi } from '../../../src/lib/api/port.js';
import { httpApi } from '../../../src/lib/api/http.js';
import { sessionOf } from '../../../src/lib/api/session.js';
import { Events } from '../../../src/lib/events.js';
import type { ExportPlan } from '../../../src/lib/run/export-plan.js';
import { runStore, type RunView } from '../../../src/lib/run/store.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { type ExportResult, resumeExport, runExport } from '../../../src/lib/export/export.js';
import type { ExportOptions } from '../../../src/lib/export/session.js';
import { openOutput } from '../../../src/lib/export/sinks/open-output.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import { startOrg, type Org, type OrgOptions, type Value } from '../../../local-org/index.ts';
import { orgConnection } from '../../support/org-connection.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A local org in this process, and exports of its accounts into a folder of the test's own. */
export type ExportBench = {
  readonly org: Org;
  readonly context: RunContext;
  readonly file: (name: string) => string;
  readonly read: (name: string) => Promise<Buffer>;
  /** Files in the folder, partial ones without the id of their run: `a.csv.part`. */
  readonly files: () => Promise<string[]>;
  /** Path of the partial file or folder of an output. */
  readonly partial: (name: string) => Promise<string>;
  /** What is left of spooled pages. */
  readonly spools: () => Promise<string[]>;
  readonly plan: (plan?: Partial<ExportPlan>) => ExportPlan;
  readonly run: (plan: ExportPlan, more?: Partial<ExportOptions & RunContext>) => Promise<ExportResult>;
  readonly resume: (view: RunView, more?: Partial<ExportOptions & RunContext>) => Promise<ExportResult>;
  readonly newestRun: () => Promise<RunView>;
  /** The rows of every page, fetched here, one after another. */
  readonly pageRows: (jobId: string) => Promise<Buffer[]>;
  readonly requests: (endpoint: string) => Promise<number>;
};

export const accountCount = 23;
/** Pages of 4 records: five whole ones, and one of three. */
export const pageCount = 6;

export const soql =
  'SELECT Id, Name, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, Description, Owner.Username FROM Account';

const notes = ['plain', 'said "so"', 'two\nlines', 'Zürich, 東京', 'a,b;c|d', null];

export function accounts(count = accountCount) {
  return Array.from({ length: count }, (_, index) => ({
    Name: `Account ${index}`,
    AnnualRevenue: index % 3 === 0 ? null : index * 1_000_000.25,
    NumberOfEmployees: index,
    Description: notes[index % notes.length] ?? null,
  }));
}

export async function exportBench(
  options: OrgOptions = {},
  records: Iterable<Record<string, Value>> = accounts(),
): Promise<ExportBench> {
  const org = await startOrg({ queryPageRows: 4, queryDelayMs: 0, ...options });
  org.database.load('Account', records);
  const folder = await tempFolder();
  const session = sessionOf(orgConnection(org.url, { accessToken: org.accessToken, version: '67.0' }));
  const api = httpApi(session);
  onTestFinished(async () => {
    await api.close();
    await org.stop();
  });
  const context = contextOn(api, org, join(folder, 'state'));
  const outputs = openOutput({ stream: process.stdout, showTable: () => undefined });
  const optionsWith = (more: Partial<ExportOptions>): ExportOptions => ({
    wait: 'end',
    events: new Events<ExportEvents>(),
    openSink: outputs,
    ...more,
  });
  return {
    org,
    context,
    file: (name) => join(folder, name),
    read: (name) => readFile(join(folder, name)),
    files: async () =>
      (await readdir(folder))
        .filter((name) => name !== 'state')
        .map((name) => name.replace(/\.\d{8}T\d{9}Z-[0-9a-f]{6}\.part$/, '.part'))
        .sort(),
    partial: async (name) => {
      const found = (await readdir(folder)).find(
        (each) => each.startsWith(`${name}.`) && each.endsWith('.part'),
      );
      return join(folder, found ?? `${name}.part`);
    },
    spools: async () =>
      (await readdir(join(folder, 'state', 'runs'))).filter((name) => name.includes('.page-')),
    plan: (plan = {}) => ({
      operation: 'query',
      soql,
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
      format: 'csv',
      typed: true,
      concurrency: 3,
      ...plan,
    }),
    run: (plan, more = {}) => runExport(plan, optionsWith(more), { ...context, ...more }),
    resume: (view, more = {}) => resumeExport(view, optionsWith(more), { ...context, ...more }),
    newestRun: async () => (await context.store.list())[0]!,
    pageRows: (jobId) => pageRows(org, jobId),
    requests: async (endpoint) => (await org.counters()).requests[endpoint] ?? 0,
  };
}

function contextOn(api: OrgApi, { url, orgId }: Org, stateFolder: string): RunContext {
  return {
    api,
    org: { instanceUrl: url, orgId, apiVersion: '67.0' },
    store: runStore(stateFolder),
    retryPolicy: { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 1, longestWaitMs: 1 },
  };
}

async function pageRows({ url, accessToken }: Org, jobId: string): Promise<Buffer[]> {
  const pages: Buffer[] = [];
  for (let locator: string | null = ''; locator !== 'null' && locator !== null;) {
    const query = locator === '' ? '' : `?locator=${locator}`;
    const answer: Response = await fetch(`${url}/services/data/v67.0/jobs/query/${jobId}/results${query}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const page = Buffer.from(await answer.arrayBuffer());
    pages.push(page.subarray(page.indexOf(0x0a) + 1));
    locator = answer.headers.get('sforce-locator');
  }
  return pages;
}
