import { writeFile } from 'node:fs/promises';
import { openBenchOfTwo } from './bulk2.ts';
import { accounts, contacts } from './copy-orgs.ts';

/** Two orgs, two accounts and three contacts in the first, a plan for them, and the command that copies them. */
export async function openCopy(plan = 'objects: [{ object: Account }, { object: Contact }]') {
  const { bench, source } = await openBenchOfTwo();
  await writeFile(bench.file('plan.yaml'), `version: 1\n${plan}`);
  source.database.load('Account', accounts(2));
  source.database.load('Contact', contacts(3, 2));
  const copy = [
    'copy',
    '--plan',
    'plan.yaml',
    '--source-org',
    'source',
    '-o',
    'local',
    '--results-dir',
    'out',
  ];
  return { bench, source, copy };
}
