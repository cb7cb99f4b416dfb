import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiled, projectRoot, sfRoot } from '../host/sf.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tempRoot } from '../support/temp-root.ts';
import { needing } from '../support/systems.ts';

const script = join(import.meta.dirname, '../../scripts/org.ts');
/** The build included. */
const wholeScript = join(import.meta.dirname, '../../scripts/org.mjs');
const hasStockCli = existsSync(sfRoot);

const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Starts `npm run org` in a folder and returns what it prints once it is ready. @param home of the person */
async function startIn(
  folder: string,
  home = folder,
  flags: readonly string[] = [],
  path = process.env.PATH,
): Promise<string> {
  const env = { ...process.env, PATH: path, HOME: home, XDG_DATA_HOME: undefined, SF_DATA_DIR: undefined };
  const child = spawn(process.execPath, [script, ...flags], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (problems += chunk));
  for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.includes('Ctrl-C')) return text;
  }
  throw new Error(`The org did not start: ${text}${problems}`);
}

/** Where several tests have one org. */
let folder: string;
let printed: string;
let reasons: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tempRoot, 'org-'));
  const start = () => startIn(folder, folder, [], '/usr/bin:/bin');
  const both = await Promise.allSettled([start(), start()]);
  printed = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])).join('and another:');
  reasons = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : [])).join();
});

test('of two npm run org that start at the same moment, the second says that the first is there', () => {
  expect(printed.split('and another:')).toEqual([expect.stringContaining('is running at')]);
  expect(reasons).toContain('The local org "local" is already running');
  expect(children.map(({ pid }) => `kill ${pid}`)).toContain(/kill \d+/.exec(reasons)?.[0]);
});

test('another npm run org in the same folder refuses before it builds, and says how to use the first', async () => {
  const manifest = join(projectRoot, 'oclif.manifest.json');
  const { mtimeMs: before } = await stat(manifest);
  const second = promisify(execFile)(process.execPath, [wholeScript], { cwd: folder });
  await expect(second).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('env.sh') as string,
  });
  expect((await stat(manifest)).mtimeMs).toBe(before);
});

test('what npm run org prints fits 80 columns, but for commands and paths', () => {
  const isText = (line: string): boolean => !line.startsWith('  ') && !/^\/\S+$/.test(line);
  expect(printed.split('\n').filter((line) => isText(line) && line.length > 80)).toEqual([]);
});

// It prints lines for a POSIX shell.
needing('a POSIX shell')(
  'sf is a program in a terminal for the org, and says so where there is no Salesforce CLI',
  { timeout: 60_000 },
  async () => {
    expect(printed).toContain('There is no Salesforce CLI on the PATH: only "sf bulk2" works there.');
    const [login = ''] = linesOf(printed);
    const env = { ...process.env, ...compiled, PATH: '/usr/bin:/bin' };
    const run = (line: string) =>
      promisify(execFile)('bash', ['-ec', `${login}\n${line}`], { cwd: folder, env, encoding: 'utf8' });
    const { stdout } = await run('echo --help | xargs sf bulk2 job list');
    expect(stdout).toContain('List the Bulk API 2.0 jobs of an org.');
    await expect(run('sh -c "sf data query"')).rejects.toMatchObject({
      code: 127,
      stderr: expect.stringContaining('there is no Salesforce CLI on the PATH') as string,
    });
  },
);

// It prints lines for a POSIX shell.
needing('a POSIX shell')(
  'npm run org -- --alias second is an org beside the first, and the copy that it prints works',
  { timeout: 60_000 },
  async () => {
    const [login = '', load = ''] = linesOf(printed);
    const [, copy = ''] = linesOf(await startIn(folder, folder, ['--alias', 'second']));
    const env = { ...process.env, ...compiled };
    const run = (line: string) =>
      promisify(execFile)('bash', ['-ec', `${login}\n${line}`], { cwd: folder, env, encoding: 'utf8' });
    await run(load);
    expect(copy).toMatch(/^sf bulk2 copy .*--source-org local --target-org second$/);
    await run(`${copy} --no-prompt`);
    const query = 'sf bulk2 query --query "SELECT Name FROM Account" ';
    const [first, second] = await Promise.all([run(query), run(`${query} --target-org second`)]);
    expect(second.stdout.split('\n').length).toBeGreaterThan(10);
    expect(second.stdout.split('\n').sort()).toEqual(first.stdout.split('\n').sort());
  },
);

function linesOf(printed: string): string[] {
  return printed
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim());
}

// It prints lines for a POSIX shell.
needing('a POSIX shell').each([
  { whose: 'without plugins', plugins: [] },
  {
    whose: 'with this plugin linked',
    plugins: [{ type: 'link', name: 'sf-plugin-bulk2', root: projectRoot }],
  },
])(
  'every line that npm run org prints works as printed, in any folder, for an sf $whose',
  { timeout: 120_000 },
  async ({ plugins }) => {
    const home = await tempFolder();
    await mkdir(join(home, '.local/share/sf'), { recursive: true });
    // As `sf plugins link` leaves it.
    await writeFile(
      join(home, '.local/share/sf/package.json'),
      JSON.stringify({ private: true, oclif: { schema: 1, plugins }, dependencies: {} }),
    );
    const path = `${join(sfRoot, '../../.bin')}:${process.env.PATH}`;
    const lines = await startIn(await tempFolder(), home, [], path);
    const [login = '', first = '', ...others] = linesOf(lines).filter(
      (line) => hasStockCli || !/^sf (?!bulk2)/.test(line),
    );
    expect(login).toMatch(/^source /);
    expect(lines.split('  sf bulk2 ').length - 1).toBe(2);
    if (hasStockCli) expect(others.length).toBe(3);
    const cwd = await tempFolder();
    const env = { ...process.env, ...compiled, PATH: path };
    const run = (line: string) =>
      promisify(execFile)('bash', ['-ec', `${login}\n${line}`], { cwd, env, encoding: 'utf8' });
    await run(first);
    await Promise.all(others.map(run));
    const exported = await run('node -e "console.log(process.env.HOME)"');
    expect(exported.stdout).toContain('.org');
  },
);
