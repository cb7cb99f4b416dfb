import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sfRoot } from '../host/sf.ts';
import { codeBlocks, codeSpans, pageText } from '../support/docs-page.ts';

type Package = {
  name: string;
  version: string;
  engines: { node: string };
  scripts: Record<string, string>;
  files: string[];
};

const root = join(import.meta.dirname, '..', '..');
const page = pageText('docs/install.md');
const { name, version, engines, scripts, files } = JSON.parse(pageText('package.json')) as Package;
const commands = [...codeBlocks(page, 'sh'), ...codeSpans(page)].flatMap((code) => code.trim().split('\n'));

test('the page on installing names the package, its version and the oldest Node as package.json does', () => {
  expect([...page.matchAll(/Node (\d[\d.]+)/g)].map(([, oldest]) => `>=${oldest}.0`)).toEqual([engines.node]);
  const tarballs = [...page.matchAll(/[\w-]+\.tgz/g)];
  expect(new Set([...page.matchAll(/[\w.-]+\.tgz/g)].map(([file]) => file))).toEqual(
    new Set([`${name}-${version}.tgz`]),
  );
  expect(tarballs.length).toBeGreaterThan(3);
  expect(page).toContain(`sf plugins install ${name}@${version}`);
  for (const list of codeBlocks(page, 'json')) expect(JSON.parse(list)).toEqual([name]);
});

test('the scripts that the page on installing runs are there', () => {
  const run = commands.flatMap((line) => /^npm run (\S+)/.exec(line)?.[1] ?? []);
  expect(run.length).toBeGreaterThan(0);
  expect(run.filter((script) => !(script in scripts))).toEqual([]);
});

test('the commands of the CLI that the page on installing names are there', () => {
  const manifest = join(sfRoot, '..', '..', '@oclif', 'plugin-plugins', 'lib', 'commands', 'plugins');
  const named = commands.flatMap((line) => /^sf plugins (\w+)/.exec(line)?.[1] ?? []);
  expect(new Set(named)).toEqual(new Set(['install', 'link', 'uninstall', 'update']));
  expect(named.filter((each) => !existsSync(join(manifest, `${each}.js`)))).toEqual([]);
  const trust = readFileSync(join(sfRoot, '..', 'plugin-trust', 'lib', 'shared', 'constants.js'), 'utf8');
  expect(trust).toContain("'unsignedPluginAllowList.json'");
});

test('every entry of "files" is a path that is there: for any other, "sf plugins install" warns', () => {
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
