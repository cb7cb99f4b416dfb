import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultQuirks as defaultDataQuirks } from '../../data/quirks.ts';
import { defaultQuirks, type OrgOptions } from '../../options.ts';
import { startOrg, type Org } from '../../start.ts';
import { notAsked } from '../../verify/not-asked.ts';
import { probes } from '../../verify/probes/all.ts';
import { ownObjects } from '../../verify/records.ts';
import { verify, type Verified, type VerifyOptions } from '../../verify/verify.ts';

async function open(options: OrgOptions = {}): Promise<Org> {
  const org = await startOrg(options);
  onTestFinished(() => org.stop());
  return org;
}

function check(org: Org, options: Partial<VerifyOptions> = {}): Promise<Verified> {
  const access = { url: org.url, accessToken: org.accessToken, version: org.apiVersion };
  const quiet = { signal: new AbortController().signal, report: () => undefined };
  return verify(access, { ...quiet, ...options });
}

/** Rows of the table with this verdict: the fact, and what the target said. */
function rows({ report }: Verified, verdict: string): string[][] {
  const cells = report.split('\n').map((line) => line.split(/(?<!\\) \| /));
  return cells
    .filter((row) => row[4] === `${verdict} |`)
    .map(([fact = '', , , real = '']) => [fact.slice(2), real]);
}

/** Names of records in use, and jobs that are there. */
async function contents(org: Org): Promise<{ names: unknown[]; jobs: number }> {
  const names: unknown[] = [];
  for (const [object, field] of ownObjects)
    names.push(...(await org.records(object)).map((one) => one[field]));
  return { names, jobs: (await org.jobs()).filter(({ deleted }) => !deleted).length };
}

describe('verifying an org', () => {
  it('asks for each switch of the local org, or says why not', () => {
    const asked = [...probes, ...notAsked].flatMap(({ switches = [] }) => switches);
    const known = [...Object.keys(defaultQuirks), ...Object.keys(defaultDataQuirks)];
    expect([...new Set(asked)].sort()).toEqual([...known].sort());
  });

  it('asks for each fact once', () => {
    const facts = probes.map(({ fact }) => fact);
    expect(facts.filter((fact, at) => facts.indexOf(fact) !== at)).toEqual([]);
  });

  it('finds no difference in a local org, and leaves nothing but what was there', async () => {
    const org = await open();
    org.database.load('Account', [{ Name: 'Not ours' }]);
    const verified = await check(org);
    expect(rows(verified, '**no**')).toEqual([]);
    expect(verified).toMatchObject({ different: 0, left: [] });
    expect(rows(verified, 'not asked')).toEqual([
      [
        'A hard delete without the permission is refused (`hardDeleteAllowed`, `hardDeleteText`)',
        'not asked: the user may hard delete',
      ],
      ['An upsert of platform events is refused', 'not asked: the org has no object __e'],
      ['An insert of custom metadata is refused', 'not asked: the org has no object __mdt'],
      ['A person account carries LastName', 'not asked: Account has no LastName, or the user may not see it'],
      [
        'A person account must not carry Name',
        'not asked: Account has no LastName, or the user may not see it',
      ],
      [
        'SystemModstamp of ActivityFieldHistory cannot be filtered on (`unfilterableModstamps`)',
        'not asked: the org has no ActivityFieldHistory',
      ],
    ]);
    expect(await contents(org)).toEqual({ names: ['Not ours'], jobs: 0 });
  }, 300_000);

  it('shows what an org does otherwise', async () => {
    const org = await open({
      quirks: { deleteOpenJob: 'deleted' },
      dataQuirks: { booleanWords: 'data-loader', nullCheckboxIsFalse: true },
    });
    const checkboxes = await check(org, { only: 'checkbox' });
    expect(checkboxes.different).toBe(7);
    expect(rows(checkboxes, '**no**')).toContainEqual([
      'A checkbox set to #N/A fails its row (`nullCheckboxIsFalse`)',
      '`JobComplete, 1 processed, 0 failed; created`',
    ]);
    expect(rows(await check(org, { only: 'deleting an OPEN job' }), '**no**')).toEqual([
      ['Deleting an open job is refused (`deleteOpenJob`)', '`204`'],
    ]);
  });

  it('removes what an interrupted run left', async () => {
    const org = await open();
    org.database.load('Account', [{ Name: 'sf-bulk2-verify of yesterday' }, { Name: 'sf-bulk' }]);
    await check(org, { only: 'an unknown object is refused' });
    expect(await contents(org)).toEqual({ names: ['sf-bulk'], jobs: 0 });
  });

  it('removes what it made when it is stopped, jobs at work included', async () => {
    const org = await open();
    const controller = new AbortController();
    const hold = await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'before' },
    });
    const run = check(org, { only: 'checkbox', signal: controller.signal });
    const stopped = expect(run).rejects.toThrow('Stop');
    await hold.hit();
    controller.abort(new Error('Stop'));
    await stopped;
    expect((await org.jobs()).length).toBeGreaterThan(0);
    expect(await contents(org)).toEqual({ names: [], jobs: 0 });
  });
});

describe('an org with particulars of its own', () => {
  it('is not asked where it refuses plain records', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-org-verify-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const plain = await open();
    const product = plain.database.describe('Product2');
    const needed = { name: 'Needed__c', type: 'string', length: 10, nillable: false };
    const file = join(folder, 'product.json');
    writeFileSync(file, JSON.stringify({ ...product, fields: [...product.fields, needed] }));
    const org = await open({ schema: [file] });
    const verified = await check(org, { only: 'checkbox set to' });
    expect(rows(verified, 'not asked')).toEqual([
      [
        'A checkbox set to #N/A fails its row (`nullCheckboxIsFalse`)',
        'not asked: the org refuses a plain Product2: Required fields are missing: [Needed__c]',
      ],
    ]);
  });

  it('is not asked where a rule of it refuses the row', async () => {
    const org = await open();
    const statusCode = 'FIELD_CUSTOM_VALIDATION_EXCEPTION';
    const rule = { kind: 'fail-rows', everyNth: 1, statusCode, message: 'No' } as const;
    await org.faults.add({ endpoint: 'ingest.process', action: rule });
    const verified = await check(org, { only: 'Header names may be' });
    expect(rows(verified, 'not asked')[0]?.[1]).toMatch(
      /^not asked: a rule of the org got in the way: .*: *No/,
    );
  });

  it('is not asked where a request fails', async () => {
    const org = await open();
    await org.faults.add({ endpoint: 'rest.limits', action: { kind: 'drop-before' } });
    const verified = await check(org, { only: 'oldest API version' });
    expect(rows(verified, 'not asked')[0]?.[1]).toMatch(/^not asked: the probe failed: fetch failed: /);
  });

  it('is refused as a production org, by name, and is asked nothing else', async () => {
    const org = await open();
    const Organization = {
      Id: '00D000000000001AAA',
      Name: 'Acme',
      IsSandbox: false,
      OrganizationType: 'Enterprise Edition',
    };
    const body = JSON.stringify({ totalSize: 1, done: true, records: [Organization] });
    await org.faults.add({ endpoint: 'rest.query', action: { kind: 'answer', status: 200, body } });
    await expect(check(org)).rejects.toThrow(
      '"Acme" (00D000000000001AAA) is a production org (Enterprise Edition). Use a scratch org, a sandbox or a Developer Edition org.',
    );
    expect((await org.counters()).requests).toEqual({ 'rest.query': 1 });
  });
});
