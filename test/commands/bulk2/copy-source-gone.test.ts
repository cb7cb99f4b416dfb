import { rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loginTo } from '../../../local-org/index.ts';
import { openCopy } from '../../support/open-copy.ts';
import { failing } from '../../support/copy-orgs.ts';

type Opened = Awaited<ReturnType<typeof openCopy>>;

/** Removes the login to the source, and the org: in the command's own process nothing of it is remembered. */
async function removeSource({ bench, source }: Pick<Opened, 'bench' | 'source'>): Promise<void> {
  await rm(bench.file(`home/.sfdx/${source.username}.json`));
  await source.stop();
}

/** Logs in to the source as another user. */
async function loginAsOther({ bench, source }: Pick<Opened, 'bench' | 'source'>, isDefault: boolean) {
  const asOther = new Proxy(source, {
    get: (org, name): unknown => (name === 'username' ? 'other@example.com' : Reflect.get(org, name)),
  });
  await loginTo(asOther, bench.file('home'), { alias: 'other', isDefault });
}

/** A copy that was interrupted when an endpoint of an org was asked for the first time. */
async function interrupted(endpoint: 'ingest.create' | 'query.create') {
  const opened = await openCopy();
  const { bench, source, copy } = opened;
  const org = endpoint === 'ingest.create' ? bench.org : source;
  const hold = await org.faults.add({ endpoint, nth: 1, action: { kind: 'hold', when: 'before' } });
  const { child, ended } = bench.start(...copy, '--no-prompt');
  await hold.hit();
  child.kill('SIGINT');
  const { stderr } = await ended;
  await hold.release('drop');
  return { ...opened, id: /job resume --id (\S+)/.exec(stderr)?.[1] ?? '' };
}

test('a copy whose records are all exported is resumed without a login to the org that they come from', async () => {
  const copied = await interrupted('ingest.create');
  const { bench, id } = copied;
  await removeSource(copied);
  const { code, stdout, stderr } = await bench.start('job', 'resume', '--id', id).ended;
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('Copied: 5 successful, 0 failed');
  expect(await bench.org.records('Contact')).toHaveLength(3);
});

test('what a copy has left is retried without a login to the org that it comes from', async () => {
  const opened = await openCopy();
  const { bench, copy } = opened;
  await bench.org.faults.add(failing('LastName', ['Contact 1']));
  const copied = await bench.start(...copy, '--no-prompt').ended;
  expect(copied.code, copied.stderr).toBe(68);
  const id = /job retry --id (\S+)/.exec(copied.stdout)?.[1] ?? '';
  await bench.org.faults.clear();
  await removeSource(opened);
  const retried = await bench.start('job', 'retry', '--id', id).ended;
  expect(retried.code, retried.stderr).toBe(0);
  expect(await bench.org.records('Contact')).toHaveLength(3);
});

test('while records have to be exported, the org that has no login any more is named, and how to log in to it', async () => {
  const { bench, source, id } = await interrupted('query.create');
  await rm(bench.file(`home/.sfdx/${source.username}.json`));
  for (const more of [[], ['--target-org', 'local']]) {
    const { code, stderr } = await bench.start('job', 'resume', '--id', id, ...more).ended;
    expect(code, stderr).toBe(2);
    const text = stderr.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      `The copy ${id} still has to read from the source, ${source.username} at ${source.url}`,
    );
    expect(text).toContain(`sf org login web --instance-url ${source.url}`);
    expect(text).toContain('--set-default');
    expect(text).not.toContain('--target-org');
  }
  // As the advice says: another user, whose login is the default one.
  await loginAsOther({ bench, source }, true);
  const resumed = await bench.start('job', 'resume', '--id', id).ended;
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await bench.org.records('Contact')).toHaveLength(3);
});

test('a copy into a folder is resumed with the login that was named for its org', async () => {
  const { bench, source } = await openCopy();
  await writeFile(bench.file('plan.yaml'), 'version: 1\nobjects: [{ object: Account }]');
  const copy = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '--output-dir', 'folder'];
  const query = { endpoint: 'query.create', nth: 1 } as const;
  const hold = await source.faults.add({ ...query, action: { kind: 'hold', when: 'before' } });
  const { child, ended } = bench.start(...copy, '--no-prompt');
  await hold.hit();
  child.kill('SIGINT');
  const id = /job resume --id (\S+)/.exec((await ended).stderr)?.[1] ?? '';
  await hold.release('drop');
  await rm(bench.file(`home/.sfdx/${source.username}.json`));
  await loginAsOther({ bench, source }, false);
  const resumed = await bench.start('job', 'resume', '--id', id, '--target-org', 'other').ended;
  expect(resumed.code, resumed.stderr).toBe(0);
});
