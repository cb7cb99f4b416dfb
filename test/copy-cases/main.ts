import '../support/ts-specifiers.ts';
import { parseArgs } from 'node:util';
import type { CopyCase, Sizes } from './case.ts';

const help = `Runs the cases that a copy has to stand, each with the figures that it comes to.

  npm run test:copy -- [CASE…] [options]     default: all of them, small

  --list          the cases
  --accounts N    accounts of the source (default: 2,000)
  --contacts N    contacts (default: 6,000)
  --tasks N       tasks (default: 2,000)
  --rows N        rows that are alike, and entries of the Id map (default: 50,000)
  --graphs N      random graphs (default: 5)
  --seed N        of the random graphs (default: one of the moment)
  --every N       of the moments to be killed at and the answers to be lost, one in N (default: 50)

Exits with 1 if a case fails. For the sizes that the figures of a release are measured with, see CONTRIBUTING.md.`;

// Only now can the sources be found by the names that they give each other.
const cases: Readonly<Record<string, () => Promise<{ readonly default: CopyCase }>>> = {
  scale: () => import('./scale.ts'),
  crash: () => import('./crash.ts'),
  parents: () => import('./parents.ts'),
  again: () => import('./again.ts'),
  depth: () => import('./depth.ts'),
  alike: () => import('./alike.ts'),
  keys: () => import('./keys.ts'),
  owners: () => import('./owners.ts'),
  requests: () => import('./requests.ts'),
  graphs: () => import('./graphs.ts'),
  beside: () => import('./beside.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    list: { type: 'boolean' },
    accounts: { type: 'string', default: '2000' },
    contacts: { type: 'string', default: '6000' },
    tasks: { type: 'string', default: '2000' },
    rows: { type: 'string', default: '50000' },
    graphs: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    every: { type: 'string', default: '50' },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (values.help === true) console.log(help);
else if (values.list === true) await list();
else await runAll();

async function list(): Promise<void> {
  for (const [name, load] of Object.entries(cases)) console.log(`${name}: ${(await load()).default.title}`);
}

async function runAll(): Promise<void> {
  const sizes = readSizes();
  for (const name of positionals.length === 0 ? Object.keys(cases) : positionals) {
    const load = cases[name];
    if (load === undefined)
      throw new Error(`There is no case ${name}. List them: npm run test:copy -- --list`);
    await runOne(name, (await load()).default, sizes);
  }
}

async function runOne(name: string, { title, run }: CopyCase, sizes: Sizes): Promise<void> {
  console.log(`\n${name}: ${title}`);
  const { figures, problems } = await run(sizes);
  for (const [figure, value] of figures) console.log(`  ${figure}: ${value.toLocaleString('en-US')}`);
  for (const problem of problems) console.log(`  FAILED ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

function readSizes(): Sizes {
  const { accounts, contacts, tasks, rows, graphs, seed, every } = values;
  return {
    accounts: count(accounts),
    contacts: count(contacts),
    tasks: count(tasks),
    rows: count(rows),
    graphs: count(graphs),
    seed: count(seed),
    every: count(every),
  };
}

/** @throws Error for what is no number above 0 */
function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`A number from 1 is needed, not "${text}".`);
  return number;
}
