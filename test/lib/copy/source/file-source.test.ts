import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openPlanFiles } from '../../../../src/lib/copy/source/file-source.js';
import { copyOrgs, planOrg, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const plan = (file: string) => ({ objects: [{ object: 'Account', file: [file] }] });

describe('what is no plain CSV', () => {
  const open = (
    { folder, contexts }: CopyOrgs,
    file: string,
    remove = contexts.target.store.remove.bind(contexts.target.store),
  ) =>
    openPlanFiles(plan(file), {
      folder,
      target: planOrg(contexts.target),
      store: { ...contexts.target.store, remove },
      signal: undefined,
    });
  const kept = ({ contexts }: CopyOrgs) => readdir(join(contexts.target.store.folder, 'runs'));

  test('is among the files of runs while it is looked into, where those of killed processes are removed', async () => {
    const orgs = await copyOrgs({});
    await writeFile(join(orgs.folder, 'accounts.csv.gz'), gzipSync('Name\nAlpha\n'));
    const found = await open(orgs, 'accounts.csv.gz', () => Promise.resolve());
    expect(found.files.get('Account')?.columns).toEqual({ Name: 'Name' });
    const [beginning = '', spool = '', ...others] = (await kept(orgs)).sort();
    expect(others).toEqual([]);
    expect(beginning.split('.')[0]).toBe(spool.split('.')[0]);
    expect(await readFile(join(orgs.contexts.target.store.folder, 'runs', spool), 'utf8')).toContain('Alpha');
  });

  test('is gone when it was looked into, whether it was sound or not', async () => {
    const orgs = await copyOrgs({});
    await writeFile(join(orgs.folder, 'accounts.csv.gz'), gzipSync('Name\nAlpha\n'));
    await writeFile(join(orgs.folder, 'accounts.json'), '[{"Name":"Alpha"},{"Na');
    await open(orgs, 'accounts.csv.gz');
    expect(await kept(orgs)).toEqual([]);
    await failureOf(open(orgs, 'accounts.json'));
    expect(await kept(orgs)).toEqual([]);
  });
});

test('a file that is named twice, or matches a pattern as well, has its records once', async () => {
  const orgs = await copyOrgs({});
  await writeFile(join(orgs.folder, 'a1.csv'), 'Name\nAlpha\n');
  await writeFile(join(orgs.folder, 'a2.csv'), 'Name\nBeta\n');
  const file = ['a1.csv', 'a*.csv', './a1.csv'];
  const found = await openPlanFiles(
    { objects: [{ object: 'Account', file }] },
    {
      folder: orgs.folder,
      target: planOrg(orgs.contexts.target),
      store: orgs.contexts.target.store,
      signal: undefined,
    },
  );
  expect(found.files.get('Account')?.paths.map((path) => basename(path))).toEqual(['a1.csv', 'a2.csv']);
});
