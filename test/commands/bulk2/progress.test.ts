import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Fact = {
  event: string;
  at: string;
  stage?: string;
  jobId?: string;
  state?: string;
  url?: string;
  rows?: unknown;
  jobs?: unknown;
};

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--max-rows-per-job', '2'];

async function fourRows(bench: Bench): Promise<void> {
  await writeFile(bench.file('a.csv'), 'Name\nOne\nTwo\nThree\nFour\n');
}

function factsIn(stderr: string): Fact[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Fact);
}

test('a load says what goes where, and where its first job is in Setup', async () => {
  await using bench = await openBench();
  await fourRows(bench);
  const { code, stderr } = await bench.run(...insert);
  expect(code, stderr).toBe(0);
  const [first] = await bench.org.jobs();
  expect(stderr).toMatch(/^insert Account in .+: 4 rows, \d+ bytes, in 2 jobs$/m);
  expect(stderr).toContain(
    `The first of 2 jobs, ${first?.id}: ${bench.org.url}/lightning/setup/AsyncApiJobStatus/page?address=%2F${first?.id}`,
  );
  expect(stderr).toMatch(/^The org is processing the rows: /m);
});

test.each([
  [
    [],
    'Name,Iata_Code__c',
    'One,AAA',
    'upsert Account by Iata_Code__c (the only external id in the file) in ',
  ],
  [['--external-id', 'Iata_Code__c'], 'Name,Iata_Code__c', 'One,AAA', 'upsert Account by Iata_Code__c in '],
  [[], 'Name,Id', 'One,', 'upsert Account by Id (the file has that column) in '],
])(
  'an upsert with %j of the columns %s, row %s, says how records are matched: %s',
  async (flags, header, row, text) => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), `${header}\n${row}\n`);
    const { stderr } = await bench.run('upsert', '--file', 'a.csv', '--sobject', 'Account', ...flags);
    expect(stderr).toContain(text);
  },
);

test('--progress ndjson gives scripts every stage and job as JSON, beside --json', async () => {
  await using bench = await openBench();
  await fourRows(bench);
  const { code, stderr } = await bench.runJson(...insert, '--progress', 'ndjson');
  expect(code, stderr).toBe(0);
  const facts = factsIn(stderr);
  expect(facts.map(({ event }) => event)).toContain('start');
  const stages = facts.flatMap(({ event, stage }) => (event === 'stage' ? [stage] : []));
  expect(stages).toEqual(['checking', 'uploading', 'processing', 'collecting']);
  const [job] = await bench.org.jobs();
  const states = facts.flatMap(({ jobId, state }) => (jobId === job?.id ? [state] : []));
  expect(states[0]).toBe('Open');
  expect(states.at(-1)).toBe('JobComplete');
  expect(facts.findLast(({ event }) => event === 'stage')).toMatchObject({
    rows: { done: 4, total: 4 },
    jobs: { done: 2, total: 2 },
  });
});

test('a load that is resumed counts what was done before', async () => {
  await using bench = await openBench();
  await fourRows(bench);
  const jobId = await interruptedAt(bench, 'ingest.results', [...insert, '--concurrency', '1']);
  const { code, stderr } = await bench.runJson('job', 'resume', '--id', jobId, '--progress', 'ndjson');
  expect(code, stderr).toBe(0);
  const facts = factsIn(stderr);
  expect(facts.findLast(({ event }) => event === 'stage')).toMatchObject({
    stage: 'collecting',
    rows: { done: 4, total: 4 },
  });
  expect(facts.flatMap(({ event, stage }) => (event === 'stage' ? [stage] : []))).not.toContain('checking');
});

test('an export says what is asked of which org, and what has arrived', async () => {
  await using bench = await openBench();
  const query = ['query', '--query', 'SELECT Id FROM User', '--output-file', 'a.csv'];
  const { code, stderr } = await bench.run(...query);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^Query in .+: SELECT Id FROM User$/m);
  expect(stderr).toMatch(/^Downloading: downloaded 100%, \d+ of \d+ records?/m);
});
