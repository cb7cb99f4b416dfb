import files, { link, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { nameFile, requireFree, ResultFilesTakenError } from '../../../../src/lib/load/collect/name-file.js';
import { failureOf } from '../../../support/failure-of.ts';
import { temporaryFolder } from './support.ts';
import { needing } from '../../../support/systems.ts';

let complete = '';
let name = '';

beforeEach(async () => {
  const folder = await temporaryFolder();
  complete = join(folder, 'a.csv.run.part');
  name = join(folder, 'a.csv');
  await writeFile(complete, 'rows');
});

async function expectNamed(): Promise<void> {
  await nameFile(complete, name, []);
  expect(await readFile(name, 'utf8')).toBe('rows');
  await expect(readFile(complete)).rejects.toThrow('ENOENT');
}

test('a complete file gets its name, once, however often it is given', async () => {
  await expectNamed();
  await expectNamed();
});

test('a process that ended between the two steps of it changes nothing', async () => {
  await link(complete, name);
  await expectNamed();
});

test('a file that has the name keeps it, and is named', async () => {
  await writeFile(name, 'edited by a person');
  const refusal = await failureOf<ResultFilesTakenError>(nameFile(complete, name, ['Do that.']));
  expect(refusal).toBeInstanceOf(ResultFilesTakenError);
  expect(refusal.message).toContain(name);
  expect(refusal.actions).toContain('Do that.');
  expect(await readFile(name, 'utf8')).toBe('edited by a person');
  await rm(name);
  await expectNamed();
});

test('where there are no links, a file that has the name keeps it too', async () => {
  withoutLinks();
  await writeFile(name, 'edited by a person');
  expect(await failureOf(nameFile(complete, name, []))).toBeInstanceOf(ResultFilesTakenError);
  expect(await readFile(name, 'utf8')).toBe('edited by a person');
  await rm(name);
  await expectNamed();
  await expectNamed();
});

test('where there are no links, a process that ended between the two steps of it changes nothing', async () => {
  withoutLinks();
  await writeFile(name, '');
  await expectNamed();
});

test('when neither the complete file nor its name is there, it says so', async () => {
  await rm(complete);
  expect(await nameFile(complete, name, [])).toBe(false);
});

needing('symlinks')('a link to nothing has its name as a file has', async () => {
  await files.symlink(`${name}.nowhere`, name);
  expect(await failureOf(requireFree({ name }, []))).toBeInstanceOf(ResultFilesTakenError);
  expect(await failureOf(nameFile(complete, name, []))).toBeInstanceOf(ResultFilesTakenError);
});

function withoutLinks(): void {
  const { link: usual } = files;
  files.link = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));
  syncBuiltinESMExports();
  onTestFinished(() => {
    files.link = usual;
    syncBuiltinESMExports();
  });
}
