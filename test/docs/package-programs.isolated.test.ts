import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manual, undefinedOptions } from '../../scripts/package-programs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const tsc = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
const strictest = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
const settings = [
  ...strictest,
  ...['--noEmit', '--target', 'es2024', '--module', 'nodenext', '--skipLibCheck', 'false'],
  ...['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'],
];

const programs = { 'manual.mts': manual, 'manual.cts': manual, 'undefined.mts': undefinedOptions };

test('the samples of the manual of jsforce, and options that are undefined, compile however strictly', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'sf-plugin-bulk2'));
  await symlink(join(root, 'node_modules', '@jsforce'), join(folder, 'node_modules', '@jsforce'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, program] of Object.entries(programs)) await writeFile(join(folder, name), program);
  expect(messagesOf([tsc, ...settings, ...Object.keys(programs)], folder)).toBe('');
}, 120_000);

function messagesOf(command: readonly string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, command, { cwd, encoding: 'utf8' });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
