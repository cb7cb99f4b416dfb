import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBench, type Bench } from '../../support/bulk2.ts';

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account'];

/** What an org answers that repeats the headers of the request. */
function echo({ org }: Bench, status: number) {
  const message = `Not now\n::error::x \u001b]0;title\u0007 authorization: Bearer ${org.accessToken}`;
  // A load waits for what may pass; a 403 of this code won't.
  const errorCode = status === 403 ? 'API_DISABLED_FOR_ORG' : 'SERVER_UNAVAILABLE';
  return { kind: 'answer', status, errorCode, message } as const;
}

/** The files in a folder, and in all below it, that have a text in them. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return (await stat(path)).isFile() && (await readFile(path)).includes(text) ? [name] : [];
    }),
  );
  return found.flat();
}

test.each([[[]], [['--json']]])(
  'a token that the org repeats is in no message, journal and report (%j)',
  async (json) => {
    await using bench = await openBench();
    const { org } = bench;
    await writeFile(bench.file('a.csv'), 'Name\na\n');
    await org.faults.add({ endpoint: 'ingest.create', action: echo(bench, 503) });
    await org.faults.add({ endpoint: 'ingest.info', action: echo(bench, 403) });
    const before = await filesWith(bench.folder, org.accessToken);
    const { code, stdout, stderr } = await bench.run(...insert, '--report', 'r.html', ...json);
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('Bearer [access token]');
    expect(`${stdout}${stderr}`).not.toContain(org.accessToken);
    expect(await readFile(bench.file('r.html'), 'utf8')).toContain('Bearer [access token]');
    expect(await filesWith(bench.folder, org.accessToken)).toEqual(before);
  },
);

test('an answer commands neither the terminal nor the CI system', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\na\n');
  await bench.org.faults.add({ endpoint: 'ingest.create', action: echo(bench, 503) });
  await bench.org.faults.add({ endpoint: 'ingest.info', action: echo(bench, 403) });
  const { stderr } = await bench.run(...insert);
  expect(stderr).toContain('\\u001b]0;title\\u0007');
  expect(stderr).not.toMatch(/\u001b\]|\u0007|^\s*::/m);
});

test('an access token given as the org is in no message, whatever goes wrong', async () => {
  await using bench = await openBench({}, { ownProcesses: true });
  const { org, env } = bench;
  Object.assign(env, { SF_ORG_INSTANCE_URL: org.url, SF_ORG_API_VERSION: '60.0' });
  const before = await filesWith(bench.folder, org.accessToken);
  const list = ['job', 'list', '--target-org', org.accessToken];
  await org.faults.add({ endpoint: 'ingest.list', action: echo(bench, 403) });
  const other = `${org.accessToken}x`;
  for (const args of [
    list,
    [...list, '--state', org.accessToken],
    ['job', 'list', '-o', other],
    [...list, '--json'],
  ]) {
    const { stdout, stderr } = await bench.run(...args);
    expect(`${stdout}${stderr}`).not.toContain(org.accessToken);
  }
  expect(await filesWith(bench.folder, org.accessToken)).toEqual(before);
});

test('the token of a login is not taken to the address that the org gives for the user', async () => {
  await using bench = await openBench({}, { ownProcesses: true });
  const { org, env } = bench;
  Object.assign(env, { SF_ORG_INSTANCE_URL: org.url, SF_ORG_API_VERSION: '60.0' });
  const { code, stdout } = await bench.run('job', 'list', '-o', org.accessToken, '--json');
  expect(code, stdout).toBe(0);
  expect((await org.counters()).requests).not.toHaveProperty('identity');
});
