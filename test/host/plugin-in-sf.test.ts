import { execFile } from 'node:child_process';
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolatedHome, startOrg } from '../../local-org/index.ts';
import { codeBlocks, pageText } from '../support/docs-page.ts';
import { needing } from '../support/systems.ts';
import { CommandHost } from './command-host.ts';
import { compiled, projectRoot, sf, sfRoot, sfScript } from './sf.ts';

let org: Awaited<ReturnType<typeof startOrg>>;
let home: string;
let env: NodeJS.ProcessEnv;
/** Runs one command after another: to load the CLI takes many times what a command does. */
let host: CommandHost;

beforeAll(async () => {
  org = await startOrg({ tls: true });
  home = await mkdtemp(join(tmpdir(), 'sf-host-'));
  env = { PATH: process.env.PATH, ...(await isolatedHome(org, home)) };
  const login = ['org', 'login', 'access-token', '--instance-url', org.url, '--alias', 'host', '--no-prompt'];
  const loggedIn = await sf(login, { ...env, SF_ACCESS_TOKEN: org.accessToken });
  expect(loggedIn.stderr + loggedIn.stdout).toContain('Successfully authorized');
  const linked = await sf(['plugins', 'link', projectRoot, '--no-install'], env);
  expect(linked.code, linked.stderr).toBe(0);
  host = new CommandHost({ ...env, ...compiled }, projectRoot, { root: sfRoot });
}, 120_000);

afterAll(async () => {
  await host.stop();
  await org.stop();
  await rm(home, { recursive: true, force: true });
});

test('the stock sf lists the bulk2 topic with its commands', async () => {
  const { stdout } = await host.run(['bulk2', '--help']);
  expect(stdout).toContain('bulk2 upsert');
  expect(stdout).toContain('bulk2 query');
});

test('sf bulk2 upsert and sf bulk2 query bring real data in and back, value by value', async () => {
  const upsert = ['bulk2', 'upsert', '--file', 'examples/airports.csv', '--sobject', 'Account'];
  const loaded = await host.run([...upsert, '--results-dir', home, '--target-org', 'host', '--json']);
  expect(loaded.code, loaded.stdout + loaded.stderr).toBe(0);
  expect(JSON.parse(loaded.stdout)).toMatchObject({
    status: 0,
    result: { state: 'JobComplete', successfulRecords: 3376, failedRecords: 0, unprocessedRecords: 0 },
  });

  const output = join(home, 'out.csv');
  const soql =
    'SELECT Iata_Code__c, Name, BillingCity FROM Account WHERE Iata_Code__c != null ORDER BY Iata_Code__c';
  const exported = await host.run(['bulk2', 'query', '-q', soql, '--output-file', output, '-o', 'host']);
  expect(exported.code, exported.stdout + exported.stderr).toBe(0);
  expect(exported.stderr, 'the commas of a query are no reason to warn').not.toContain('array');
  const read = async (path: string): Promise<string[]> =>
    parse<Record<string, string>>(await readFile(path), { columns: true })
      .map((row) => [row.Iata_Code__c, row.Name, row.BillingCity].join('\t'))
      .sort();
  expect(await read(output)).toEqual(await read(join(projectRoot, 'examples/airports.csv')));
});

test('a command takes the flags that --flags-dir gives, and a flag of the command line before one of the folder', async () => {
  const folder = join(home, 'flags');
  await mkdir(folder);
  await writeFile(join(folder, 'query'), 'SELECT Id FROM Account WHERE Name = null\n');
  await writeFile(join(folder, 'target-org'), 'host\n');
  await writeFile(join(folder, 'result-format'), 'csv\n');
  const asked = await host.run(['bulk2', 'query', '--flags-dir', folder, '--result-format', 'json']);
  expect(asked.code, asked.stdout + asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toEqual([]);
});

test('a file with an unknown column ends with exit code 2, valid JSON and no request to create a job', async () => {
  const file = join(home, 'wrong.csv');
  await writeFile(file, 'Name,Industri\nAcme,Energy\n');
  const args = [
    'bulk2',
    'upsert',
    '--file',
    file,
    '--sobject',
    'Account',
    '--external-id',
    'Id',
    '-o',
    'host',
    '--json',
  ];
  const refused = await host.run(args);
  expect(refused.code).toBe(2);
  const answer = JSON.parse(refused.stdout) as { message: string; stack?: string };
  expect(answer.message).toContain('Industri');
  expect(answer.message).toContain('Industry');
  expect(answer.stack).toBeUndefined();
});

test('SF_LOG_LEVEL=debug brings what the command did into the log file of the day', async () => {
  const asked = await sf(['bulk2', 'job', 'list', '-o', 'host', '--json'], {
    ...env,
    SF_LOG_LEVEL: 'debug',
    SF_DISABLE_LOG_FILE: 'false',
  });
  expect(asked.code, asked.stdout + asked.stderr).toBe(0);
  const lines = (await filesIn(home, '.sf/sf-*.log')).flatMap((text) => text.trim().split('\n'));
  const levels = lines.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(levels, 'pino writes debug as 20').toContain(20);
});

test('sf autocomplete completes the commands and flags of the plugin', async () => {
  const built = await sf(['autocomplete', 'bash', '--refresh-cache'], env);
  expect(built.code, built.stdout + built.stderr).toBe(0);
  const [script = ''] = await filesIn(home, '.cache/sf/autocomplete/functions/bash/sf.bash');
  expect(script).toMatch(/^bulk2:upsert .*--external-id/mu);
});

needing('a POSIX shell')(
  'the login of the page on CI works as printed, from a secret in the environment',
  async () => {
    const [workflow = ''] = codeBlocks(pageText('docs/ci.md'), 'yaml');
    const login = /name: Log in[^]*?run: \|\n([^]*?)\n *- name/u.exec(workflow)?.[1] ?? 'false';
    const secret = {
      SFDX_AUTH_URL: `force://PlatformCLI::${org.refreshToken}@${new URL(org.url).host}`,
      RUNNER_TEMP: home,
    };
    const own = `sf() { "${process.execPath}" "${sfScript}" "$@"; }\n`;
    const { stdout } = await promisify(execFile)('sh', ['-e', '-c', own + login], {
      env: { ...env, ...secret },
    });
    expect(stdout).toContain(`Successfully authorized ${org.username}`);
    const listed = await sf(['bulk2', 'job', 'list', '--target-org', 'my-org', '--json'], env);
    expect(listed.code, listed.stdout + listed.stderr).toBe(0);
  },
);

async function filesIn(folder: string, pattern: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const path of glob(pattern, { cwd: folder }))
    texts.push(await readFile(join(folder, path), 'utf8'));
  return texts;
}
