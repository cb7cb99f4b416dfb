import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import type { InputError } from '../../../../src/lib/errors.js';
import { copyFiles } from '../../../support/copy-files.ts';
import { copyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const planWith = (more: string) => `version: 1\nobjects: [{ object: Account, file: a.csv${more} }]`;

test('a file in Windows-1252 is refused, with what the plan has to say, and read where it says so', async () => {
  const orgs = await copyOrgs({});
  await writeFile(join(orgs.folder, 'a.csv'), Buffer.from('Name,Site\nM\xfcller,caf\xe9\n', 'latin1'));
  const failure = await failureOf<InputError>(copyFiles(orgs, planWith('')));
  expect(failure.actions.join()).toMatch(
    /^Add the encoding in which the value reads right to its object in the plan: encoding: windows-1252 \("Müller"\)/,
  );
  expect(failure.actions.join()).not.toContain('--');
  await copyFiles(orgs, planWith(', encoding: windows-1252'), 'again');
  expect(await orgs.target.records('Account')).toMatchObject([{ Name: 'Müller', Site: 'café' }]);
});

test('a NUL byte in a file names no flag', async () => {
  const orgs = await copyOrgs({});
  await writeFile(join(orgs.folder, 'a.csv'), 'Name,Site\nA,b\0c\n');
  const failure = await failureOf<InputError>(copyFiles(orgs, planWith('')));
  expect(failure.actions).toEqual([
    'Remove the NUL bytes, or give the encoding in the plan if the file is in UTF-16 (encoding: utf-16le).',
  ]);
});

test('an encoding that nobody knows is refused with its place', async () => {
  const parsed = Promise.resolve().then(() => parsePlanFile(planWith(', encoding: windows-9'), 'p.yaml'));
  expect((await failureOf(parsed)).message).toMatch(/^p\.yaml, line 2, column 53: .*windows-9/);
});
