import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { loginTo, startOrg, type Org, type OrgOptions, type Value } from '../../local-org/index.ts';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { pageText, type PageOutcome } from '../support/docs-page.ts';
import { expectAsPrinted, PageRun, pageSteps, type PageStep } from '../support/run-page.ts';
import { needing } from '../support/systems.ts';

const { ok, interrupted, someRowsFailed } = exitCodes;
const root = join(import.meta.dirname, '..', '..');

/** As the page has them started. */
function optionsOf(name: string): OrgOptions {
  const options = JSON.parse(readFileSync(join(root, `examples/orgs/${name}.json`), 'utf8')) as OrgOptions;
  return { ...options, seed: (options.seed ?? []).map((path) => join(root, path)), latencyMs: 0 };
}

describe('docs/seed-a-sandbox.md', () => {
  const steps = pageSteps(pageText('docs/seed-a-sandbox.md'));
  const codes = [ok, ok, interrupted, someRowsFailed, ok, ok, ok, ok, ok, ok];
  let bench: Bench;
  let sandbox: Org;
  let page: PageRun;
  beforeAll(async () => {
    bench = await openBench(optionsOf('prod'), { alias: 'prod' });
    sandbox = await startOrg({ tls: true, ...optionsOf('sandbox') });
    await loginTo(sandbox, bench.file('home'), { alias: 'sandbox', isDefault: false });
    await symlink(join(root, 'examples'), bench.file('examples'), 'junction');
    page = new PageRun(bench);
  });
  afterAll(async () => {
    await Promise.all([bench[Symbol.asyncDispose](), sandbox.stop()]);
  });

  needing('a POSIX shell').each(steps.map((step, index) => [index, step] as const))(
    'has commands that do what it says: %i',
    { timeout: 120_000 },
    async (index, step) => {
      const outcome = codes[index] === interrupted ? await interrupt(step) : await page.run(step);
      expectAsPrinted(step, outcome, codes[index]);
      if (step.command.includes('--known-ids')) await checkSandbox();
    },
  );

  needing('a POSIX shell')('takes out all that it has brought', async () => {
    const left = await Promise.all(['Account', 'Contact', 'Task'].map((name) => sandbox.records(name)));
    expect(left.flat()).toEqual([]);
    expect(steps).toHaveLength(codes.length);
  });

  /** Presses Ctrl-C when the contacts are being sent. */
  async function interrupt({ command }: PageStep): Promise<PageOutcome> {
    const hold = await sandbox.faults.add({
      endpoint: 'ingest.upload',
      nth: 2,
      action: { kind: 'hold', when: 'before' },
    });
    const { child, ended } = bench.start(...command.trim().split(' ').slice(2));
    await hold.hit();
    child.kill('SIGINT');
    const outcome = await ended;
    await hold.release('drop');
    await hold.remove();
    page.read(outcome);
    return { ...outcome, code: outcome.code ?? -1 };
  }

  /** Nothing is doubled, every link leads to the copy of what it led to, and what was to be masked is. */
  async function checkSandbox(): Promise<void> {
    expect(await linksIn(sandbox)).toEqual(await linksIn(bench.org));
    const own = new Set((await bench.org.records('Contact')).map(({ Email }) => Email));
    const contacts = await sandbox.records('Contact');
    expect(contacts).toHaveLength(120);
    expect(contacts.filter(({ Email }) => own.has(Email))).toEqual([]);
    const ann = (await sandbox.records('User')).find(({ FirstName }) => FirstName === 'Ann');
    const owners = (await sandbox.records('Account')).map(({ OwnerId }) => OwnerId === ann?.Id);
    expect(owners.filter(Boolean)).toHaveLength(27);
  }
});

/** Each record of the slice by what is not masked, with that of its parents. */
async function linksIn(org: Org): Promise<string[]> {
  const accounts = (await org.records('Account')).filter(({ BillingState }) => BillingState === 'AK');
  const ids = new Set<Value | undefined>(accounts.map(({ Id }) => Id));
  const cases = (await org.records('Case')).filter(({ AccountId }) => ids.has(AccountId));
  const opportunities = (await org.records('Opportunity')).filter(({ AccountId }) => ids.has(AccountId));
  const types = new Map(
    (await org.records('RecordType')).map(({ Id, DeveloperName }) => [Id, DeveloperName]),
  );
  const names = new Map<Value | undefined, Value>(
    [...accounts, ...cases, ...opportunities].map((each) => [each.Id, each.Name ?? each.Subject ?? null]),
  );
  const lines = [
    ...accounts.map((each) => [each.Name, String(types.get(each.RecordTypeId)).replace('_Use', '')]),
    ...opportunities.map((each) => [each.Name, names.get(each.AccountId)]),
    ...cases.map((each) => [each.Subject, names.get(each.AccountId)]),
    ...(await org.records('Task')).map((each) => [each.Subject, names.get(each.WhatId)]),
  ];
  return lines
    .filter(([, parent]) => parent !== undefined)
    .map((line) => line.join(' of '))
    .sort();
}
