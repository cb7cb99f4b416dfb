import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pageText } from '../support/docs-page.ts';

type Step = { readonly name?: string; readonly run?: string };
type Workflow = {
  readonly on: { readonly push: { readonly tags: readonly string[] } };
  readonly jobs: { readonly release: { readonly permissions: object; readonly steps: readonly Step[] } };
};
type Package = {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};

const { on, jobs } = parse(pageText('.github/workflows/release.yml')) as Workflow;
const runs = jobs.release.steps.flatMap(({ run }) => run ?? []);
const { name, version, scripts } = JSON.parse(pageText('package.json')) as Package;

test('a tag of a version releases, tested and checked before, with provenance', () => {
  expect(on.push.tags).toEqual(['v*']);
  expect(jobs.release.permissions).toMatchObject({ 'id-token': 'write' });
  const at = (words: string): number => runs.findIndex((run) => run.includes(words));
  const order = ['npm test', 'npm run check:package', 'npm pack', '--provenance'].map(at);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
  expect(runs[at('--provenance')]).toContain(`./${name}-*.tgz`);
});

test('the scripts that the release runs are there', () => {
  const used = runs.flatMap((run) => [...run.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script));
  expect(used.filter((script) => !(script in scripts))).toEqual([]);
});

test('the changelog has a section of this version, from which the notes of the release are made', () => {
  const [, notes = ''] = pageText('CHANGELOG.md').split(`\n## ${version}\n`);
  expect(notes.trim()).not.toBe('');
});
