import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { loginTo, startOrg, type Org } from '../../local-org/index.ts';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { pageText } from '../support/docs-page.ts';
import { expectAsPrinted, PageRun, pageSteps } from '../support/run-page.ts';
import { needing } from '../support/systems.ts';

const { ok, someRowsFailed, notFinished } = exitCodes;
const examples = join(import.meta.dirname, '..', '..', 'examples');
const schema = [join(examples, 'Route__c.json')];

describe('docs/copy-tutorial.md', () => {
  const steps = pageSteps(pageText('docs/copy-tutorial.md'));
  const codes = [ok, ok, ok, someRowsFailed, ok, ok, ok, ok, ok, notFinished, ok];
  let bench: Bench;
  let second: Org;
  let page: PageRun;
  beforeAll(async () => {
    bench = await openBench({ schema }, { alias: 'local' });
    second = await startOrg({ schema, tls: true });
    await loginTo(second, bench.file('home'), { alias: 'second', isDefault: false });
    await symlink(examples, bench.file('examples'), 'junction');
    page = new PageRun(bench);
  });
  afterAll(async () => {
    await Promise.all([bench[Symbol.asyncDispose](), second.stop()]);
  });

  needing('a POSIX shell').each(steps.map((step, index) => [index, step] as const))(
    'has commands that do what it says: %i',
    { timeout: 120_000 },
    async (index, step) => {
      const outcome = await page.run(step);
      expectAsPrinted(step, outcome, codes[index]);
    },
  );

  needing('a POSIX shell')('ends with the same routes in both orgs', async () => {
    const [first, other] = await Promise.all([bench.org, second].map(routesOf));
    expect(first).toHaveLength(5366);
    expect(other).toEqual(first);
    expect(steps).toHaveLength(codes.length);
  });
});

/** Each route by the codes of its airports. */
async function routesOf(org: Org): Promise<string[]> {
  const codes = new Map((await org.records('Account')).map(({ Id, Iata_Code__c }) => [Id, Iata_Code__c]));
  const routes = await org.records('Route__c');
  return routes
    .map(({ From__c, To__c, Flights__c }) => [codes.get(From__c), codes.get(To__c), Flights__c].join())
    .sort();
}
