import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loginTo, startOrg, trustOrg, type Org } from '../../../local-org/index.ts';

const root = join(import.meta.dirname, '..', '..', '..');

let org: Org;
let folder: string;

beforeEach(async () => {
  org = await startOrg({ tls: true });
  trustOrg(org);
  folder = await mkdtemp(join(tmpdir(), 'bulk2-'));
  for (const [name, value] of Object.entries(await loginTo(org, join(folder, 'home'))))
    vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = 0;
  // Those of the command would keep this process from being ended.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  await org.stop();
  await rm(folder, { recursive: true, force: true });
});

function addLeads(count: number): void {
  const leads = Array.from({ length: count }, (_, row) => ({ LastName: `L${row}`, Company: 'Gone' }));
  org.database.load('Lead', leads);
}

/** Runs the command on a terminal whose person answers so. @returns the questions */
async function answer(
  ...answers: Array<() => boolean>
): Promise<{ questions: string[]; said: string[]; error: unknown }> {
  const { SfCommand } = await import('@salesforce/sf-plugins-core');
  const { default: Bulk2Delete } = await import('../../../src/commands/bulk2/delete.js');
  const questions: string[] = [];
  const said: string[] = [];
  vi.spyOn(SfCommand.prototype, 'log').mockImplementation((text = '') => void said.push(text));
  vi.spyOn(SfCommand.prototype, 'confirm').mockImplementation(({ message }) => {
    questions.push(message);
    return new Promise((resolve) => resolve(answers[questions.length - 1]?.() ?? false));
  });
  const wasTerminal = process.stdin.isTTY;
  process.stdin.isTTY = true;
  const args = ['--query', "SELECT Id FROM Lead WHERE Company = 'Gone'", '--bulk-threshold', '2'];
  const error = await Bulk2Delete.run([...args, '--results-dir', join(folder, 'out')], root).catch(
    (reason: unknown) => reason,
  );
  process.stdin.isTTY = wasTerminal;
  return { questions, said, error };
}

test('a no changes nothing and saves nothing, in plain words and with exit code 130', async () => {
  addLeads(3);
  const { questions, said, error } = await answer(() => false);
  expect(questions).toEqual([
    expect.stringMatching(/^This will delete 3 Lead records in the Developer Edition org/),
  ]);
  expect(said).toEqual(['Nothing was changed.']);
  expect(error).toMatchObject({ oclif: { exit: 130 } });
  expect(await org.records('Lead')).toHaveLength(3);
  expect(await readdir(join(folder, 'out'))).toEqual([]);
});

test('a yes to 3 records is none to 5: it asks again when there are more by then', async () => {
  addLeads(3);
  const more = () => {
    addLeads(2);
    return true;
  };
  const { questions, error } = await answer(more, () => false);
  expect(questions).toEqual([expect.stringContaining('3 Lead'), expect.stringContaining('5 Lead')]);
  expect(error).toMatchObject({ oclif: { exit: 130 } });
  expect(await org.records('Lead')).toHaveLength(5);
});

test('Ctrl-C at the question is an interruption', async () => {
  addLeads(1);
  const { error } = await answer(() => {
    throw Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' });
  });
  expect(error).toMatchObject({ exitCode: 130 });
  expect(await org.records('Lead')).toHaveLength(1);
});
