import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loginTo, startOrg, type Org, type OrgOptions } from '../../../local-org/index.ts';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { accounts, id } from '../../support/copy-orgs.ts';

type Answer = { status: number; message: string; actions?: string[]; result: CopyReport };

/** The bench's org is the target; `run` copies by a plan. */
async function openOrgs(plan: string, options: OrgOptions = {}) {
  const bench: Bench = await openBench({}, { ownHost: true });
  onTestFinished(() => bench[Symbol.asyncDispose]());
  const source: Org = await startOrg({ tls: true, ...options });
  onTestFinished(() => source.stop());
  await loginTo(source, join(bench.folder, 'home'), { alias: 'source' });
  await writeFile(bench.file('plan.yaml'), `version: 1\n${plan}`);
  const copy = ['copy', '--plan', 'plan.yaml', '--source-org', 'source', '-o', 'local'];
  return { bench, source, copy };
}

test('owners that the target does not have are counted before anything is sent', async () => {
  const { bench, source, copy } = await openOrgs(
    'owners: { match: Username }\nobjects: [{ object: Account }]',
  );
  source.database.load('User', [{ Id: id('005', 9), Username: 'ann@acme.example', LastName: 'Ann' }]);
  source.database.load(
    'Account',
    accounts(1200).map((each) => ({ ...each, OwnerId: id('005', 9) })),
  );
  const { code, stdout } = await bench.run(...copy, '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain(
    'Owners not found in the target: 1, with 1,200 records, which will belong to you.',
  );
  const { answer } = await bench.runJson<Answer>(...copy, '--dry-run');
  expect(answer.result.ownersNotFound).toEqual(['ann@acme.example']);
  expect(answer.result.objects[0]?.unmatchedLookups).toEqual({ OwnerId: 1200 });
});

test('email and phone fields of a production org that are not masked are listed before anything is sent', async () => {
  const plan =
    'objects:\n  - object: Contact\n    fields: [LastName, Email, Phone, Fax]\n    mask: { Phone: phone }\n';
  const { bench, source, copy } = await openOrgs(plan, { edition: 'Enterprise Edition' });
  source.database.load('Contact', [{ LastName: 'Byron', Phone: '+49 170 1234567' }]);
  const { stdout } = await bench.run(...copy, '--dry-run');
  expect(stdout).toContain(
    "Contact: email and phone fields of a production org that aren't masked: Email, Fax",
  );
  await writeFile(bench.file('key'), 'anything of at least sixteen bytes');
  const sent: unknown[] = [];
  for (const folder of ['one', 'two']) {
    const run = [...copy, '--no-prompt', '--results-dir', folder, '--mask-key-file', 'key'];
    const { code, answer } = await bench.runJson<Answer>(...run);
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.objects[0]?.unmaskedFields).toEqual(['Email', 'Fax']);
    sent.push((await bench.org.records('Contact')).at(-1)?.Phone);
  }
  expect(sent).toEqual([expect.stringMatching(/^\+\d\d \d{3} \d{7}$/), sent[0]]);
  expect(sent[0]).not.toBe('+49 170 1234567');
});
