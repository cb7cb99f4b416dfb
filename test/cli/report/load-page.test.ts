import { expect, test } from 'vitest';
import { loadPage, type PageNotes } from '../../../src/cli/report/load-page.js';
import { outcomeOfJob } from '../../../src/cli/report/outcome.js';
import type { JobInfo, JobState } from '../../../src/lib/api/types.js';
import type { LoadAccount } from '../../../src/lib/load/account.js';
import type { LoadStatus } from '../../../src/lib/load/model/status.js';
import type { LoadPlan, Part } from '../../../src/lib/run/record.js';

function part(index: number, rows: number, firstRow: number): Part {
  const [start, end] = [firstRow * 10, (firstRow + rows) * 10];
  const sha256 = String(index).repeat(64);
  const segment = { source: 0, start, end, rows, firstRow, sha256, endsWithNewline: true };
  return { index, segments: [segment], rows, bytes: end - start };
}

const plan: LoadPlan = {
  operation: 'insert',
  object: 'Account',
  columnDelimiter: 'COMMA',
  lineEnding: 'LF',
  header: 'Name,Site',
  columns: ['Name', 'Site'],
  sources: [{ path: '/in/a.csv', name: 'a.csv', bytes: 40, mtimeMs: 0, spooled: false }],
  parts: [part(0, 2, 1), part(1, 1, 3)],
  rows: 3,
  concurrency: 4,
  resultsDir: '/r',
};
const files = { success: '/r/s.csv', failed: "/r/it's failed.csv", unprocessed: '/r/u.csv' };
const notes: PageNotes = { warnings: [], writtenAt: '2026-01-31T09:00:00.000Z' };

function job(state: JobState, facts: Partial<JobInfo> = {}): JobInfo {
  const dates = {
    createdDate: '2026-01-31T08:00:00.000+0000',
    systemModstamp: '2026-01-31T08:00:01.000+0000',
  };
  const kind = { operation: 'insert', object: 'Account', createdById: '005', apiVersion: 60 } as const;
  return { id: '750a', state, ...kind, ...dates, ...facts };
}

function account(status: Partial<LoadStatus> = {}, more: Partial<LoadAccount> = {}): LoadAccount {
  const figures = { processed: 3, successful: 3, failed: 0, unprocessed: 0 };
  const jobs = [job('JobComplete')];
  const ids = { runId: 'run', jobIds: ['750a'] };
  const { parts } = plan;
  return {
    status: { ...ids, plan, jobs, state: 'JobComplete', ...figures, errors: [], files, ...status },
    org: { username: 'me@example.com', instanceUrl: 'https://org.example', apiVersion: '60.0' },
    startedAt: '2026-01-31T08:00:00.000Z',
    endedAt: '2026-01-31T08:01:00.000Z',
    parts: parts.map((part) => ({ part, jobId: '750a', state: 'JobComplete', isRetry: false })),
    abandoned: [],
    ...more,
  };
}

/** Two files, of which rows were set aside. */
const ofTwo = (byFile?: Record<string, number>, name = 'b.csv'): LoadPlan => ({
  ...plan,
  sources: [plan.sources[0]!, { path: '/in/b.csv', name, bytes: 10, mtimeMs: 0, spooled: false }],
  setAside: { path: '/p', rows: 3, errors: [], ...(byFile && { byFile }) },
});

test.each([
  [
    ofTwo({ 'a.csv': 1, 'b.csv': 2 }),
    [
      { name: 'a.csv', rows: 4, unsent: 1 },
      { name: 'b.csv', rows: 2, unsent: 2 },
    ],
  ],
  [{ ...plan, setAside: { path: '/p', rows: 3 } }, [{ name: 'a.csv', rows: 6, unsent: 3 }]],
  [
    ofTwo(),
    [
      { name: 'a.csv', rows: 3 },
      { name: 'b.csv', rows: 0 },
    ],
  ],
  [
    ofTwo({ 'a.csv': 3 }, 'a.csv'),
    [
      { name: 'a.csv', rows: 3 },
      { name: 'a.csv', rows: 0 },
    ],
  ],
])('a file has its own count of rows, as far as it is known which were not sent', (planned, inputs) => {
  expect(loadPage(account({ plan: planned }), notes).inputs).toMatchObject(inputs);
});

const commandsOf = (each: LoadAccount, more: Partial<PageNotes> = {}) => {
  const { outcome, nextSteps } = loadPage(each, { ...notes, ...more });
  return [outcome, ...nextSteps.flatMap(({ command }) => command ?? [])];
};

const someFailed = { successful: 2, failed: 1 };
const open = { endedAt: undefined };
const unfinished = {
  files: undefined,
  state: 'InProgress',
  processed: 1,
  successful: 1,
  unprocessed: 2,
} as const;
const mend = "sf bulk2 insert --file '/r/it'\\''s failed.csv' --sobject Account --target-org me@example.com";

test('of a load whose every row succeeded nothing is left to do', () => {
  expect(commandsOf(account())).toEqual(['succeeded']);
});

test('failed rows can be retried, or loaded from their file once it is fixed', () => {
  expect(commandsOf(account(someFailed))).toEqual(['someFailed', 'sf bulk2 job retry --id 750a', mend]);
});

test('a load of which no row succeeded is no partial failure, and offers the same', () => {
  const [outcome, ...commands] = commandsOf(account({ successful: 0, failed: 3 }));
  expect(outcome).toBe('noneSucceeded');
  expect(commands).toEqual(['sf bulk2 job retry --id 750a', mend]);
});

test.each([
  [3, 3, 'noneSucceeded'],
  [3, 1, 'someFailed'],
  [3, 0, 'succeeded'],
  [0, 0, 'succeeded'],
])(
  'a job of another tool that processed %d rows, %d of them failed, ends as %s',
  (processed, failed, outcome) => {
    const figures = { numberRecordsProcessed: processed, numberRecordsFailed: failed };
    expect(outcomeOfJob(job('JobComplete', figures))).toBe(outcome);
  },
);

test('rows that were sent again are followed to the load that has them', () => {
  const over = account(someFailed, { retriedBy: { jobId: '750b', hasEnded: true } });
  expect(commandsOf(over)).toEqual(['someFailed', 'sf bulk2 job report --id 750b']);
  const going = account(someFailed, { retriedBy: { jobId: '750b', hasEnded: false } });
  expect(commandsOf(going)).toEqual(['someFailed', 'sf bulk2 job resume --id 750b']);
});

test('a load that has not ended is to be resumed, by its first job or by its own id', () => {
  expect(commandsOf(account(unfinished, open))).toEqual(['notFinished', 'sf bulk2 job resume --id 750a']);
  const early = account({ ...unfinished, jobIds: [] }, open);
  expect(commandsOf(early)).toEqual(['notFinished', 'sf bulk2 job resume --id run']);
});

test.each([
  ['interrupted', 'interrupted', false],
  ['timedOut', 'notFinished', false],
  ['failed', 'failed', true],
] as const)('an end of the kind %s makes the load %s', (ending, outcome, isTold) => {
  const failure = { ending, message: 'why', actions: [] };
  const page = loadPage(account(unfinished, open), { ...notes, failure });
  expect(page.outcome).toBe(outcome);
  expect(page.failure?.message).toBe(isTold ? 'why' : undefined);
});

test('a job that failed as a whole gives its reason, and its rows can be sent again or changed', () => {
  const broken = { jobs: [job('Failed', { errorMessage: 'InvalidBatch' })], state: 'Failed' } as const;
  const page = loadPage(account({ ...broken, processed: 0, successful: 0, unprocessed: 3 }), notes);
  expect(page.outcome).toBe('failed');
  expect(page.failure?.message).toContain('InvalidBatch');
  expect(page.nextSteps.map(({ command }) => command)).toEqual([
    'sf bulk2 job retry --id 750a',
    'sf bulk2 insert --file /r/u.csv --sobject Account --target-org me@example.com',
  ]);
});

test('a load without rows, and one that the org has refused, offer no command', () => {
  expect(commandsOf(account({ plan: { ...plan, rows: 0 } }))).toEqual(['nothing']);
  expect(commandsOf(account({ files: undefined }))).toEqual(['orgRefused']);
});

test('rows that a stopped load has sent in no job have none, and no state', () => {
  const [part] = plan.parts;
  const unsent = { part: part!, state: 'Open', isRetry: false } as const;
  const halt = { cause: 'failures', reason: '2 of 3 rows failed, and the load was to stop at 1.' } as const;
  const [row] = loadPage(account({ halt, unprocessed: 1 }, { parts: [unsent] }), notes).jobs;
  expect(row?.id).toBeUndefined();
  expect(row?.state).toBeUndefined();
});

test('a load that a person has ended offers the results of its jobs', () => {
  const page = loadPage(account({ files: undefined }, { isAborted: true }), notes);
  expect(page.outcome).toBe('aborted');
  expect(page.nextSteps.map(({ command }) => command)).toEqual(['sf bulk2 job results --id 750a']);
});

test('an input is told with its rows and the hash of each piece, unless it was written anew', () => {
  const [input] = loadPage(account(), notes).inputs;
  expect(input).toMatchObject({ name: 'a.csv', rows: 3 });
  expect(input?.pieces.map(({ sha256 }) => sha256)).toEqual(['0'.repeat(64), '1'.repeat(64)]);
  const sources = plan.sources.map((source) => ({ ...source, spooled: true }));
  expect(loadPage(account({ plan: { ...plan, sources } }), notes).inputs[0]?.pieces).toEqual([]);
});
