import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ByQueryReport } from '../../../src/cli/by-query/by-query-report.js';
import { isFinished, runStore } from '../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';
import { killedAt } from '../../support/killed-at.ts';

type Answer = {
  status: number;
  message: string;
  actions?: string[];
  warnings?: string[];
  result: ByQueryReport;
};

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(async () => {
  const where = ['--sobject', 'Account', '--where', "Industry = 'Energy'", '--no-prompt'];
  await bench.run('delete', ...where, '--if-interrupted', 'new');
  const accounts = Array.from({ length: 410 }, (_, row) => ({ Name: `A${row}`, Industry: 'Energy' }));
  bench.org.database.load('Account', accounts);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const calls = '--no-allow-bulk';
const bulk = '--bulk-threshold=0';
const query = "SELECT Id FROM Account WHERE Industry = 'Energy'";
const update = (...sets: string[]): string[] => [
  ...['update', '--query', query, '--no-prompt'],
  ...sets.flatMap((set) => ['--set', set]),
];
const rename = update('Name=${Name} (old)');

async function renamed(): Promise<{ once: number; all: number }> {
  const all = (await bench.org.records('Account')).filter(({ Industry }) => Industry === 'Energy');
  return { once: all.filter(({ Name }) => /^A\d+ \(old\)$/.test(String(Name))).length, all: all.length };
}

/** How often the org was asked to change something. */
async function sent(): Promise<unknown[]> {
  const { requests } = await bench.org.counters();
  return ['collections.update', 'ingest.create', 'ingest.upload'].map((endpoint) => requests[endpoint]);
}

const moments = [
  [calls, 'collections.update', 2],
  [bulk, 'ingest.upload', 1],
  [bulk, 'ingest.info', 1],
] as const;

test.each(moments)(
  'with %s, killed at %s %i, the same line is refused, and finishes it with --if-interrupted resume',
  async (...moment) => {
    const [route, endpoint, nth] = moment;
    await killedAt(bench, endpoint, [...rename, route], { nth });
    const before = await sent();
    const refused = await bench.runJson<Answer>(...rename, route);
    expect(refused.code, JSON.stringify(refused.answer)).toBe(2);
    expect(refused.answer.message).toContain('The same change was interrupted');
    const actions = refused.answer.actions?.join('\n');
    expect(actions).toMatch(/sf bulk2 job resume --id \w+/);
    expect(actions).toContain(`--set 'Name=\${Name} (old)' ${route} --json --if-interrupted new`);
    expect(await sent()).toEqual(before);
    const { code, answer } = await bench.runJson<Answer>(...rename, route, '--if-interrupted', 'resume');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result).toMatchObject({ totalSize: 410, successfulRecords: 410, failedRecords: 0 });
    const abandoned =
      /^No row of job \w{18} was processed .*\. Its rows go into job \w{18}, so none is sent twice\.$/;
    expect(answer.warnings ?? []).toEqual(
      endpoint === 'ingest.upload' ? [expect.stringMatching(abandoned)] : [],
    );
    expect(await renamed()).toEqual({ once: 410, all: 410 });
  },
  60_000,
);

test.each(moments)(
  'with %s, interrupted at %s %i, --if-interrupted new ends it first',
  async (route, endpoint, nth) => {
    await interruptedAt(bench, endpoint, [...rename, route], { nth });
    const ended = await bench.run(...rename, route, '--if-interrupted', 'new');
    expect(ended.code, ended.stderr).toBe(0);
    const runs = await runStore(bench.file('home/.sf/bulk2')).list();
    expect(runs.every(({ records }) => isFinished(records))).toBe(true);
  },
  60_000,
);

const remove = ['delete', '--query', query, '--no-prompt'];

test.each([
  ['update', rename, 'job resume'],
  ['update', rename, 'the same line'],
  ['delete', remove, 'job resume'],
  ['delete', remove, 'the same line'],
])(
  'an interrupted $0 over Bulk skips a record that was modified meanwhile, resumed by $2',
  async (operation, line, by) => {
    await interruptedAt(bench, 'ingest.upload', [...line, bulk]);
    const record = (await bench.org.records('Account')).find(({ Name }) => Name === 'A7');
    const where = ['--sobject', 'Account', '--where', `Id = '${String(record?.Id)}'`, '--no-prompt'];
    expect((await bench.run('update', ...where, '--set', 'Name=mine')).code).toBe(0);
    const again =
      by === 'job resume'
        ? ['job', 'resume', '--use-most-recent']
        : [...line, bulk, '--if-interrupted', 'resume'];
    const { code, answer } = await bench.runJson<Answer>(...again);
    expect(code, JSON.stringify(answer)).toBe(68);
    expect(answer.result).toMatchObject({ successfulRecords: 409, failedRecords: 0, skippedRecords: 1 });
    const names = (await bench.org.records('Account')).map(({ Name }) => String(Name));
    expect(names.filter((name) => name === 'mine')).toHaveLength(1);
    const changed = names.filter((name) => /^A\d+ \(old\)$/.test(name));
    expect(changed).toHaveLength(operation === 'update' ? 409 : 0);
    const state = await readdir(bench.file('home/.sf/bulk2/runs'));
    expect(state.filter((name) => name.includes('stamps'))).toEqual([]);
  },
  60_000,
);

test('fixed values are only warned of, and set anew', async () => {
  const line = [...update('Phone=1', 'Fax=2'), calls];
  await interruptedAt(bench, 'collections.update', line, { nth: 2 });
  const { code, answer } = await bench.runJson<Answer>(...update('Fax=2', 'Phone=1'), calls);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.warnings?.join('\n')).toContain('The same change was interrupted');
  const resumed = await bench.runJson<Answer>(...line, '--if-interrupted', 'resume');
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
}, 60_000);

test.each([
  ['in other letters', ['--query', "select id,  Name from ACCOUNT where industry='Energy'"]],
  ['by its parts', ['--sobject', 'account', '--where', "industry = 'Energy'"]],
])(
  'the same change %s is known again',
  async (_, source) => {
    await interruptedAt(bench, 'collections.update', [...rename, calls], { nth: 2 });
    const before = await renamed();
    const line = ['update', ...source, '--no-prompt', '--set', 'name=${ NAME } (old)', calls];
    const { code, answer } = await bench.runJson<Answer>(...line);
    expect(code, JSON.stringify(answer)).toBe(2);
    expect(answer.message).toContain('The same change was interrupted');
    expect(await renamed()).toEqual(before);
    const resumed = await bench.runJson<Answer>(...line, '--if-interrupted', 'resume');
    expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
    expect(await renamed()).toEqual({ once: 410, all: 410 });
  },
  60_000,
);

test('a template over an unfinished change of the same field is refused, and resumes nothing', async () => {
  await interruptedAt(bench, 'collections.update', [...rename, calls], { nth: 2 });
  const before = await renamed();
  const narrower = ['update', '--query', `${query} AND Name LIKE 'A%'`, '--no-prompt'];
  for (const line of [update('Name=${Name}!'), [...narrower, '--set', 'Name=${Name} (old)']]) {
    for (const flag of [[], ['--if-interrupted', 'resume']]) {
      const { code, answer } = await bench.runJson<Answer>(...line, calls, ...flag);
      expect(code, JSON.stringify(answer)).toBe(2);
      expect(answer.message).toContain('Another change that sets the same fields was interrupted');
      const actions = answer.actions?.join('\n');
      expect(actions).toMatch(/sf bulk2 job resume --id \w+/);
      expect(actions).toContain('--if-interrupted new');
    }
  }
  expect(await renamed()).toEqual(before);
  const fixed = await bench.run(...update('Name=Fixed'), calls);
  expect(fixed.code, fixed.stderr).toBe(0);
  expect(fixed.stderr.replaceAll(/\s+/g, ' ')).toContain('Another change that sets the same fields');
  const ended = await bench.run(...update('Name=${Name}!'), calls, '--if-interrupted', 'new');
  expect(ended.code, ended.stderr).toBe(0);
  const runs = await runStore(bench.file('home/.sf/bulk2')).list();
  expect(runs.every(({ records }) => isFinished(records))).toBe(true);
}, 60_000);

test('while one change looks for its records, another one of the same field does not begin', async () => {
  const hold = await bench.org.faults.add({
    endpoint: 'rest.query',
    action: { kind: 'hold', when: 'before' },
  });
  const first = bench.start(...rename, calls);
  await hold.hit();
  const line = update('Name=${Name}!', 'Fax=1');
  const { code, answer } = await bench.runJson<Answer>(...line, calls, '--if-interrupted', 'new');
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toContain(`Process ${first.child.pid} on `);
  await hold.release();
  await hold.remove();
  expect((await first.ended).code).toBe(0);
  expect(await renamed()).toEqual({ once: 410, all: 410 });
}, 60_000);

test('other fields or a dry run are not asked about', async () => {
  await interruptedAt(bench, 'collections.update', [...rename, calls], { nth: 2 });
  for (const line of [update('Description=${Name}!'), [...rename, '--dry-run']]) {
    const { code, stderr } = await bench.run(...line, calls);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('interrupted');
  }
  await bench.run(...rename, calls, '--if-interrupted', 'new');
}, 60_000);
