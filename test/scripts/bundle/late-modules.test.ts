import { execFile, type ExecFileOptions } from 'node:child_process';
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loginTo, startOrg } from '../../../local-org/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const root = join(import.meta.dirname, '../../..');
const [chunk = ''] = globSync('lib/chunks/late-*.js', { cwd: root });

/** A module that tells which chunks are loaded. */
const tellOfLoading = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      const chunk = /chunks.([a-z-]+)-/.exec(url);
      if (chunk !== null) process.stderr.write('loaded ' + chunk[1] + '\\n');
      return next(url, context);
    },
  });`)}`;

async function node(args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  const running = promisify(execFile)(process.execPath, args, { ...options, encoding: 'utf8' });
  running.child.stdin?.end();
  const { stdout, stderr } = await running;
  return stdout + stderr;
}

describe('the modules that are seldom used', () => {
  test('work when they are called', async () => {
    const callAll = `
      const late = await import(${JSON.stringify(pathToFileURL(join(root, chunk)).href)});
      console.log(Object.values(late).map((load) => typeof load()).join());`;
    const kinds = (await node(['--no-warnings', '--input-type=module', '--eval', callAll])).trim().split(',');
    expect(kinds.length).toBeGreaterThan(5);
    for (const kind of kinds) expect(['object', 'function']).toContain(kind);
  });

  test('are read by no command that does its everyday work', async () => {
    const org = await startOrg();
    onTestFinished(() => org.stop());
    const cwd = await tempFolder();
    const env = { ...process.env, ...(await loginTo(org, cwd)) };
    const run = (...args: string[]): Promise<string> =>
      node(['--import', tellOfLoading, join(root, 'bin/run.js'), 'bulk2', ...args], { cwd, env });
    const file = join(cwd, 'accounts.csv');
    await writeFile(file, 'Name\nAcme\n');
    const soql = ['--query', 'SELECT Id FROM Account', '--result-format', 'csv'];
    const outputs = [
      await run('query', '--help'),
      await run('query', '--target-org', 'local', ...soql),
      await run('insert', '--target-org', 'local', '--sobject', 'Account', '--file', file),
    ];
    for (const output of outputs) {
      expect(output).toContain('loaded lib');
      expect(output).not.toContain('loaded late');
    }
  });
});
