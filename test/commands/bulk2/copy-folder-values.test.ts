import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Org, Value } from '../../../local-org/index.ts';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { id } from '../../support/copy-orgs.ts';

const keyed = '{ object: Account, key: External_Id__c, fields: [Name, External_Id__c, Description] }';

/** The source has an account with the text `#N/A`, and another one; both are in the target, with descriptions. */
async function openMarked() {
  const { bench, source } = await openBenchOfTwo();
  const account = (number: number, Description: string) => ({
    Name: `N${number}`,
    External_Id__c: `E${number}`,
    Description,
  });
  source.database.load('Account', [
    { Id: id('001', 1), ...account(1, '#N/A') },
    { Id: id('001', 2), ...account(2, 'new') },
  ]);
  bench.org.database.load('Account', [account(1, 'old'), account(2, 'old')]);
  await writeFile(bench.file('plan.yaml'), `version: 1\nobjects: [${keyed}]\n`);
  const from = ['--source-org', 'source', '--output-dir', 'sample'];
  const { code, stderr } = await bench.run('copy', '--plan', 'plan.yaml', ...from);
  expect(code, stderr).toBe(0);
  return { bench, descriptions: () => descriptionsIn(bench.org) };
}

async function descriptionsIn(org: Org): Promise<Record<string, Value | undefined>> {
  const found = await org.records('Account');
  return Object.fromEntries(found.map(({ Name, Description }) => [String(Name), Description]));
}

test.each([
  ['its own plan', []],
  ['another plan', ['--plan', 'plan.yaml']],
  ['its own plan, by its path', undefined],
])('a text #N/A in a folder clears nothing: its record is held, with %s', async (_, more) => {
  const { bench, descriptions } = await openMarked();
  const from = more === undefined ? ['--plan', 'sample/copy-plan.yaml'] : ['--source-dir', 'sample', ...more];
  const { code, stdout } = await bench.run('copy', ...from, '--no-prompt', '--results-dir', 'results');
  expect(code).toBe(68);
  expect(stdout).toContain('VALUE_IS_NULL_MARK');
  expect(await descriptions()).toEqual({ N1: 'old', N2: 'new' });
});

test('#N/A in a file of a plan that does not say otherwise clears the field', async () => {
  const { bench, descriptions } = await openMarked();
  await writeFile(bench.file('mine.csv'), 'Name,External_Id__c,Description\nN1,E1,#N/A\n');
  const mine = 'version: 1\nobjects: [{ object: Account, file: mine.csv, key: External_Id__c }]\n';
  await writeFile(bench.file('mine.yaml'), mine);
  const { code, stderr } = await bench.run('copy', '--plan', 'mine.yaml', '--no-prompt');
  expect(code, stderr).toBe(0);
  expect(await descriptions()).toEqual({ N1: null, N2: 'old' });
});

test('a template that would be a name in a folder and an id elsewhere is refused before anything is read', async () => {
  const { bench } = await openMarked();
  const plan = 'owners: { match: Username }\nobjects: [{ object: Account, set: { Site: "${OwnerId}" } }]\n';
  await writeFile(bench.file('owners.yaml'), `version: 1\n${plan}`);
  const into = ['--source-org', 'source', '--output-dir', 'other'];
  const { code, stderr } = await bench.run('copy', '--plan', 'owners.yaml', ...into);
  expect(code).toBe(2);
  expect(stderr).toContain('Account: "set" can\'t read ${OwnerId} in a folder');
  expect(stderr).not.toContain('Exporting');
});
