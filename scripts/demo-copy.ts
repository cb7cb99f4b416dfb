// Shows a copy of related records at work: two local orgs, real data, an interruption, failed parents, and a comparison.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultSpec } from '../local-org/index.ts';
import { compareGraphs } from '../test/support/same-graph.ts';
import { openTwoOrgs, type TwoOrgs } from '../test/support/two-orgs.ts';
import { print, printCommand, say } from './print.ts';

const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples');
const schema = [join(examples, 'Route__c.json')];

/** Two airports that the target refuses until the rule is gone. */
const refused: FaultSpec = {
  endpoint: 'ingest.process',
  count: 'always',
  action: {
    kind: 'fail-rows',
    column: 'Iata_Code__c',
    values: ['ATL', 'HNL'],
    statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Say first how long the runway is.',
    fields: ['Name'],
  },
};

let running: ChildProcess | undefined;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stop.abort();
    running?.kill(signal);
  });

const folder = await mkdtemp(join(tmpdir(), 'bulk2-demo-copy-'));
try {
  await using orgs = await openTwoOrgs({ folder, source: { schema }, target: { schema } });
  await show(orgs);
} catch (error) {
  if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  if (running?.exitCode === null && running.signalCode === null) {
    running.kill('SIGKILL');
    await once(running, 'close');
  }
  await rm(folder, { recursive: true, force: true });
}

async function show(orgs: TwoOrgs): Promise<void> {
  say(`Two local orgs are running, with other ids: ${orgs.source.url} and ${orgs.target.url}`);

  say('Fill the first with 3,376 airports and 5,366 routes between them (examples/README.md):');
  await sf(orgs, 0, [
    'copy',
    '--plan',
    join(examples, 'routes.yaml'),
    '--target-org',
    'source',
    '--no-prompt',
  ]);

  say('See what a copy into the second would send:');
  const copy = ['copy', '--sobject', 'Account', '--sobject', 'Route__c', '--source-org', 'source'];
  await sf(orgs, 0, [...copy, '--target-org', 'target', '--dry-run']);

  say(
    'Copy. The second org has a rule that two airports break, and Ctrl-C comes while routes are being sent:',
  );
  await orgs.target.faults.add(refused);
  const half = await orgs.target.faults.add({
    endpoint: 'ingest.upload',
    nth: 2,
    action: { kind: 'hold', when: 'before' },
  });
  const interrupted = start(orgs, [
    ...copy,
    '--target-org',
    'target',
    '--no-prompt',
    '--results-dir',
    'copied',
  ]);
  await Promise.race([half.hit(), interrupted.ended]);
  interrupted.child.kill('SIGINT');
  endsWith(130, await interrupted.ended);
  await half.release('drop');
  await half.remove();

  const runId = await unfinishedCopy(orgs);
  say('Resume. The routes of the two airports are held:');
  await sf(orgs, 68, ['job', 'resume', '--use-most-recent']);

  say('The rule is gone now. Retry what is left:');
  await orgs.target.faults.clear();
  await sf(orgs, 0, ['job', 'retry', '--id', runId]);

  say('Compare the orgs: each airport by its code, each route by the codes of its two airports.');
  await compare(orgs);
}

async function compare(orgs: TwoOrgs): Promise<void> {
  const compared = await compareGraphs(orgs, {
    Account: ['Iata_Code__c', 'Name', 'BillingCity', 'BillingState', 'Latitude__c', 'Longitude__c'],
    Route__c: ['From__r.Iata_Code__c', 'To__r.Iata_Code__c', 'Flights__c'],
  });
  for (const { object, inSource, inTarget, different } of compared) {
    print(
      `${object.padEnd(9)} ${figure(inSource)} in the first, ${figure(inTarget)} in the second, ${figure(different)} different`,
    );
  }
  const isSame = compared.every((each) => each.inSource === each.inTarget && each.different === 0);
  const [accounts, routes] = compared;
  if (!isSame || accounts?.inSource !== 3376 || routes?.inSource !== 5366)
    throw new Error('The orgs differ.');
  say('Nothing is lost, nothing doubled, and every route leads from and to the right airport.');
  print('Try it yourself, with orgs that keep running: docs/copy-tutorial.md');
}

/** The copy that was interrupted, as a script gets to know it. */
async function unfinishedCopy(orgs: TwoOrgs): Promise<string> {
  const { stdout } = await orgs.sf('job', 'list', '--json');
  const { result } = JSON.parse(stdout) as { result: { unfinishedCopies: Array<{ runId: string }> } };
  return result.unfinishedCopies[0]?.runId ?? '';
}

async function sf(orgs: TwoOrgs, code: number, args: readonly string[]): Promise<void> {
  endsWith(code, await start(orgs, args).ended);
}

/** @throws Error when the command has ended with another code */
function endsWith(expected: number, code: number | null): void {
  if (stop.signal.aborted) throw new Error('Stopped.');
  if (code !== expected) throw new Error(`The command ended with exit code ${code}, not ${expected}.`);
}

/** Starts a command on this terminal, whose width it then knows. */
function start({ env, folder: cwd }: TwoOrgs, args: readonly string[]) {
  if (stop.signal.aborted) throw new Error('Stopped.');
  printCommand(args.map((arg) => arg.replace(`${root}/`, '')));
  const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'bulk2', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running = child;
  return { child, ended: once(child, 'close').then(([code]) => code as number | null) };
}

function figure(count: number): string {
  return count.toLocaleString('en-US');
}
