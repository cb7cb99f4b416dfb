import { readdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { accounts, contacts } from '../../support/copy-orgs.ts';

const plan = `version: 1
objects:
  - object: account
    fields: [name]
  - object: CONTACT
    fields: [lastname, accountid]
    within: accountid
`;

test('a folder names its files as the org names the objects, and finds them by any case of these', async () => {
  const { bench, source } = await openBenchOfTwo();
  source.database.load('Account', accounts(2));
  source.database.load('Contact', contacts(3, 2));
  await writeFile(bench.file('plan.yaml'), plan);
  const run = async (...args: string[]) => {
    const { code, stderr } = await bench.run('copy', ...args);
    expect(code, stderr).toBe(0);
  };
  await run('--plan', 'plan.yaml', '--source-org', 'source', '--output-dir', 'planned');
  await run('-s', 'account', '-s', 'contact', '--source-org', 'source', '--output-dir', 'named');
  const files = ['Account.csv', 'Contact.csv', 'copy-plan.yaml'];
  expect((await readdir(bench.file('planned'))).toSorted()).toEqual(files);
  expect((await readdir(bench.file('named'))).toSorted()).toEqual(files);
  const into = async (dir: string, ...more: string[]) =>
    run('--source-dir', dir, ...more, '--no-prompt', '--results-dir', `into-${dir}-${more.length}`);
  await into('planned');
  await into('named');
  await into('named', '-s', 'account', '-s', 'contact');
  await into('planned', '--plan', 'plan.yaml');
  expect(await bench.org.records('Account')).toHaveLength(4 * 2);
  const children = await bench.org.records('Contact');
  expect(children.filter(({ AccountId }) => AccountId !== null)).toHaveLength(4 * 3);
});
