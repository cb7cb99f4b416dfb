import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compiled } from '../../host/sf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, '../../../src/cli/startup/log.ts');
const program = `
import { Logger } from '@salesforce/core';
import { keepLogUntilExit } from ${JSON.stringify(source)};
keepLogUntilExit((text) => text.replaceAll('secret', '***'));
const log = Logger.childFromRoot('of-a-test');
log.debug('of little weight');
if (!process.argv.includes('quiet')) log.warn('worth a line, not a secret');
process.exitCode = 3;
`;

/** Runs the program in a home of its own, and gives what its log files hold. */
async function logOf(settings: NodeJS.ProcessEnv, ...args: string[]): Promise<string[]> {
  const home = await tempFolder();
  const env = { PATH: process.env.PATH, HOME: home, USERPROFILE: home, ...compiled, ...settings };
  const ended = await run(process.execPath, ['--input-type=module', '-e', program, ...args], {
    env,
    cwd: join(import.meta.dirname, '../../..'),
  }).catch((error: unknown) => error as { code: number });
  expect(ended).toMatchObject({ code: 3 });
  const folder = join(home, '.sf');
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}

describe('keepLogUntilExit', () => {
  test("warnings are in the day's log file of the CLI when the process has ended", async () => {
    const lines = await logOf({});
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 40, name: 'sf:of-a-test', msg: 'worth a line, not a ***' }),
    ]);
  });

  test('no file is made when there is nothing to log', async () => {
    expect(await logOf({}, 'quiet')).toEqual([]);
  });

  test('a log level asked for is honoured', async () => {
    const lines = await logOf({ SF_LOG_LEVEL: 'debug' });
    expect(lines.join('\n')).toContain('of little weight');
  });

  test('no file is made where log files are turned off', async () => {
    expect(await logOf({ SF_DISABLE_LOG_FILE: 'true' })).toEqual([]);
  });
});
