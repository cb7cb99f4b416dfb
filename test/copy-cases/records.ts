import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CopyReport } from '../../src/cli/copy/copy-report.js';
import { compareGraphs, type GraphFields } from '../support/same-graph.ts';
import type { Ran, TwoOrgs } from '../support/two-orgs.ts';
import { endsWith, unless, type CaseResult, type Sizes } from './case.ts';

export type Counts = Pick<Sizes, 'accounts' | 'contacts' | 'tasks'>;

/** Each record by its key or name, with those of its parents. */
export const fullGraph = {
  Account: ['External_Id__c', 'Name'],
  Contact: ['External_Id__c', 'LastName', 'Account.External_Id__c'],
  Task: ['Subject', 'Who.Name', 'What.Name'],
} satisfies GraphFields;

/** Fills the source: contacts with an account, tasks with a contact and an account. */
export async function fillSource(orgs: TwoOrgs, { accounts, contacts, tasks }: Counts): Promise<void> {
  await insert(orgs, 'Account', accounts, ['External_Id__c,Name', (row) => `A-${row},Account ${row}`]);
  await insert(orgs, 'Contact', contacts, [
    'External_Id__c,LastName,Account.External_Id__c',
    (row) => `C-${row},Contact ${row},A-${spread(row, accounts)}`,
  ]);
  await insert(orgs, 'Task', tasks, [
    'Subject,Status,Priority,Contact:Who.External_Id__c,Account:What.External_Id__c',
    (row) => `Task ${row},Not Started,Normal,C-${spread(row, contacts)},A-${spread(row + 1, accounts)}`,
  ]);
}

/** A parent for each child, in no order. */
function spread(child: number, parents: number): number {
  return (child * 7919) % parents;
}

type Lines = readonly [header: string, lineOf: (row: number) => string];

async function insert(orgs: TwoOrgs, object: string, rows: number, lines: Lines): Promise<void> {
  if (rows === 0) return;
  const path = orgs.file(`${object}.csv`);
  await pipeline(Readable.from(blocks(rows, lines)), createWriteStream(path));
  const load = ['insert', '--file', path, '--sobject', object, '--target-org', 'source'];
  endsWith(0, await orgs.sf(...load, '--results-dir', orgs.file('filled')));
}

function* blocks(rows: number, [header, lineOf]: Lines): Generator<string> {
  yield `${header}\n`;
  for (let from = 0; from < rows; from += 1000) {
    const count = Math.min(1000, rows - from);
    yield Array.from({ length: count }, (_, at) => `${lineOf(from + at)}\n`).join('');
  }
}

/** The figures of a comparison of both orgs, and what differs. */
export async function graphResult(orgs: TwoOrgs, fields: GraphFields): Promise<CaseResult> {
  const compared = await compareGraphs(orgs, fields);
  return {
    figures: compared.map(({ object, inSource, inTarget, different }) => [
      `${object}: in the source, in the target, different`,
      `${inSource}, ${inTarget}, ${different}`,
    ]),
    problems: compared.flatMap(({ object, inSource, inTarget, different }) =>
      unless(inSource === inTarget && different === 0, `${object}: the orgs differ`),
    ),
  };
}

/** A copy from the source to the target without a question, and its JSON. */
export function copyArgs(...more: readonly string[]): string[] {
  return ['copy', ...more, '--source-org', 'source', '--target-org', 'target', '--no-prompt', '--json'];
}

/** The report of a command with `--json`, whichever way it ended. */
export function reportOf({ stdout }: Ran): CopyReport {
  const { result, data } = JSON.parse(stdout) as { result?: CopyReport; data?: CopyReport };
  const report = result ?? data;
  if (report === undefined) throw new Error(stdout);
  return report;
}

export function runIdOf({ runId }: CopyReport): string {
  return runId ?? '';
}

/** Writes a plan. @returns the arguments that name it */
export async function planArgs(orgs: TwoOrgs, objects: readonly object[]): Promise<string[]> {
  const path = orgs.file('copy-plan.json');
  await writeFile(path, JSON.stringify({ version: 1, objects }));
  return ['--plan', path];
}
