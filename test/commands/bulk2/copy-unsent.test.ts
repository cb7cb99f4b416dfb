import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { openCopy } from '../../support/open-copy.ts';

test('a copy prints its id, and how to resume it, before it reads anything', async () => {
  const { bench, copy } = await openCopy();
  const { stderr } = await bench.run(...copy, '--no-prompt');
  expect(stderr).toMatch(/^Copy (\S+)\. If it is interrupted, resume it with: sf bulk2 job resume --id \1\n/);
  const dryRun = await bench.run(...copy, '--dry-run');
  expect(dryRun.stderr).not.toContain('resume');
});

test.each([['--dry-run'], ['--no-prompt']])(
  'a copy that is refused before it sends anything leaves nothing behind with %s, and nothing to resume',
  async (flag) => {
    const { bench, copy } = await openCopy(
      "missing: fail\nobjects: [{ object: Account, where: Name = 'Account 1' }, { object: Contact }]",
    );
    const { code, stderr } = await bench.run(...copy, flag);
    expect([code, stderr]).toEqual([2, expect.stringContaining("which isn't copied")]);
    expect(existsSync(bench.file('out'))).toBe(false);
    const resumed = await bench.run('job', 'resume', '--use-most-recent');
    expect(resumed.stderr).toContain(
      "There's no unfinished load, export, change by query or copy to resume.",
    );
  },
);

test.each([
  ['--dry-run', false],
  ['--no-prompt', true],
])('an interrupted copy with %s says that nothing was sent', async (flag, isResumable) => {
  const { bench, copy, source } = await openCopy();
  const hold = await source.faults.add({
    endpoint: 'query.results',
    action: { kind: 'hold', when: 'before' },
  });
  const { child, ended } = bench.start(...copy, flag);
  await hold.hit();
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  await hold.release('drop');
  expect(code).toBe(130);
  expect(stderr).toContain('Interrupted. Nothing was sent.');
  expect(stderr.includes('sf bulk2 job resume --id ')).toBe(isResumable);
  expect(stderr.includes('To start over, run the command again.')).toBe(!isResumable);
  expect(existsSync(bench.file('out'))).toBe(false);
  const resumed = await bench.run('job', 'resume', '--use-most-recent');
  expect(resumed.code, resumed.stderr).toBe(isResumable ? 0 : 2);
  if (!isResumable) return;
  expect(resumed.stderr, 'how to resume it was said').not.toContain('If it is interrupted');
  expect(resumed.stdout).toMatch(/^Copied: .* held\. This command took [\d.]+ s\.$/m);
});

test('a copy that updates what an earlier one has created shows no steps without records', async () => {
  const { bench, copy } = await openCopy();
  await bench.run(...copy, '--no-prompt');
  const again = [...copy.slice(0, -1), 'again', '--known-ids', 'out', '--no-prompt'];
  const { stdout, stderr } = await bench.run(...again);
  const steps = stdout
    .split('\n')
    .filter((line) => /^\d +\S/.test(line))
    .map((line) => line.split(/ {2,}/).slice(0, 3));
  expect(steps).toEqual([
    ['1', 'Account, updates', 'update'],
    ['2', 'Contact, updates', 'update'],
    ['1', 'Account, updates', 'update'],
    ['2', 'Contact, updates', 'update'],
  ]);
  expect(stderr).toContain('Step 2 of 2: Contact, updates, sending 3 records.');
});

test('the plan says that lookups whose parents are not copied stay as they are where records are updated', async () => {
  const { bench, copy } = await openCopy(
    'objects: [{ object: Account, where: "Name = null" }, { object: Contact }]',
  );
  const first = await bench.run(...copy, '--no-prompt');
  expect(first.stdout).toContain(
    "Contact.AccountId: left empty in 3 records, since the parent isn't copied.",
  );
  const again = await bench.run(...copy.slice(0, -1), 'again', '--known-ids', 'out', '--dry-run');
  expect(again.stdout).toContain(
    "Contact.AccountId: the parent isn't copied in 3 records. Left as it is in records that the target has, empty in new ones.",
  );
});

test('a folder with person accounts is refused by an org without them, with the way out', async () => {
  const { bench, source } = await openBenchOfTwo({}, { personAccounts: true });
  source.database.load('Account', [{ Name: 'Acme' }, { FirstName: 'Ada', LastName: 'Byron' }]);
  await bench.run('copy', '-s', 'Account', '--source-org', 'source', '--output-dir', 'folder');
  const { code, stderr } = await bench.run('copy', '--source-dir', 'folder', '-o', 'local', '--no-prompt');
  expect(code).toBe(2);
  expect(stderr).toContain('Account: its file has person accounts, and the target takes none.');
  expect(stderr).not.toContain("isn't a field");
});
