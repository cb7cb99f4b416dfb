import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustOrg } from '../../certificate.ts';
import { countRequests } from '../../server/counters.ts';
import type { OrgDoor } from '../../door.ts';
import { Client } from './client.ts';
import { spawnOrg, startOrg } from './over-tls.ts';

const insert = { object: 'Account', operation: 'insert' };

describe.each([
  ['in this process', startOrg],
  ['in its own process', spawnOrg],
] as const)('an org %s', (_, start) => {
  let org: OrgDoor;
  let client: Client;

  beforeAll(async () => {
    org = await start({ batchDelayMs: 1 });
    client = new Client(org);
  });
  afterAll(() => org.stop());

  it('says where it is and who may come in', () => {
    expect(org.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(org.apiVersion).toBe('67.0');
    expect(org.orgId).toMatch(/^00D\w{15}$/);
    expect(org.userId).toMatch(/^005\w{15}$/);
    expect(org.username).toBe(`admin@${org.orgId.slice(0, 15).toLowerCase()}.example`);
    expect(org.accessToken.startsWith(`${org.orgId}!`)).toBe(true);
  });

  it('gives back every uploaded byte, as a file and over the control URL', async () => {
    const csv = 'Name\n"Zürich, ""x""\n2"\n';
    const id = await client.load(insert, csv);
    const { content } = await org.job(id);
    expect(await readFile(content!.path, 'utf8')).toBe(csv);
    expect(await (await fetch(`${org.controlUrl}/jobs/${id}/upload`)).text()).toBe(csv);
  });

  it('knows its jobs with the rows that each brought in', async () => {
    const id = await client.load(insert, 'Name\nA\n""\nB\n');
    expect((await org.jobs()).find((job) => job.id === id)).toMatchObject({
      kind: 'ingest',
      operation: 'insert',
      object: 'Account',
      state: 'JobComplete',
      processed: 3,
      failed: 1,
      accepted: 2,
      deleted: false,
    });
    await expect(org.job('750000000000000AAA')).rejects.toThrow('750000000000000AAA');
  });

  it('shows its records', async () => {
    await client.load({ object: 'Lead', operation: 'insert' }, 'LastName,Company\nL,C\n');
    expect(await org.records('Lead')).toMatchObject([{ LastName: 'L', Company: 'C' }]);
  });

  it('counts requests by endpoint, bytes both ways, connections and parallel requests', async () => {
    await org.resetCounters();
    const csv = `Name\n${'A\n'.repeat(1000)}`;
    const id = await client.createIngest(insert);
    await client.ask(`PUT jobs/ingest/${id}/batches`, { csv });
    const hold = await org.faults.add({
      endpoint: 'rest.limits',
      count: 3,
      action: { kind: 'hold', when: 'before' },
    });
    const three = Promise.all([client.ask('GET limits'), client.ask('GET limits'), client.ask('GET limits')]);
    await hold.hit(3);
    await hold.release();
    await three;
    const counters = await org.counters();
    expect(counters.requests).toEqual({ 'ingest.create': 1, 'ingest.upload': 1, 'rest.limits': 3 });
    expect(counters.apiRequests).toBe(5);
    expect(countRequests(counters.requests, 'ingest')).toBe(2);
    expect(counters.bytesInByEndpoint['ingest.upload']).toBe(csv.length);
    expect(counters.bytesOutByEndpoint['rest.limits']).toBeGreaterThan(100);
    expect([counters.maxParallel, counters.maxParallelByEndpoint['rest.limits']]).toEqual([3, 3]);
    expect(counters.log.map(({ endpoint, status }) => [endpoint, status])).toContainEqual([
      'ingest.upload',
      201,
    ]);
    await org.resetCounters();
    expect((await org.counters()).apiRequests).toBe(0);
  });

  it('takes faults and lets them go', async () => {
    const fault = await org.faults.add({
      endpoint: 'rest.limits',
      count: 'always',
      action: { kind: 'answer', status: 503 },
    });
    expect((await client.ask('GET limits')).status).toBe(503);
    expect(await fault.state()).toMatchObject({ id: fault.id, hits: 1 });
    await org.faults.clear();
    expect((await client.ask('GET limits')).status).toBe(200);
  });

  it('ends sessions, and its token is always the valid one', async () => {
    const old = org.accessToken;
    expect(await org.expireSession()).toBe(org.accessToken);
    expect(org.accessToken).not.toBe(old);
    expect((await client.ask('GET limits')).status).toBe(200);
    await org.revokeSession();
    expect(org.refreshToken).toBe('');
    expect((await client.ask('GET limits')).status).toBe(200);
  });
});

describe('stopping', () => {
  it.each([
    ['in this process', startOrg],
    ['in its own process', spawnOrg],
  ] as const)('%s leaves no files and no port', async (_, start) => {
    const org = await start();
    const client = new Client(org);
    const id = await client.load(insert, 'Name\nA\n');
    const folder = dirname((await org.job(id)).content!.path);
    expect(existsSync(folder)).toBe(true);
    await org.stop();
    expect(existsSync(folder)).toBe(false);
    await expect(client.ask('GET limits')).rejects.toThrow();
    await org.stop();
  });

  it('closes what is under way', async () => {
    const org = await startOrg();
    const hold = await org.faults.add({ endpoint: 'rest', action: { kind: 'hold', when: 'before' } });
    const lost = expect(new Client(org).ask('GET limits')).rejects.toThrow();
    await hold.hit();
    await org.stop();
    await lost;
  });

  it('happens by itself when the process that started the org is killed', async () => {
    const script = `import { spawnOrg } from ${JSON.stringify(join(import.meta.dirname, '../../spawn.ts'))};
      const org = await spawnOrg();
      const ask = (path, init) => fetch(org.url + '/services/data/v60.0/jobs/ingest' + path, {
        ...init, headers: { Authorization: 'Bearer ' + org.accessToken, 'Content-Type': 'text/csv' } });
      const { id } = await (await ask('', { method: 'POST', body: '{"object":"Account","operation":"insert"}' })).json();
      await ask('/' + id + '/batches', { method: 'PUT', body: 'Name' });
      console.log(org.url, (await org.job(id)).content.path); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const [url = '', path = ''] = String(line).trim().split(' ');
    expect((await fetch(`${url}/services/data`)).status).toBe(200);
    expect(existsSync(path)).toBe(true);
    parent.kill('SIGKILL');
    await expect
      .poll(
        () =>
          fetch(`${url}/services/data`).then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 5000 },
      )
      .toBe('down');
    await expect.poll(() => existsSync(dirname(path)), { timeout: 5000 }).toBe(false);
  });

  it('leaves the files of an org that was killed itself to the next one', async () => {
    const main = join(import.meta.dirname, '../../main.ts');
    const child = spawn(process.execPath, [main, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const doomed = new Client(JSON.parse(String(line)) as OrgDoor);
    const id = await doomed.load(insert, 'Name\nA\n');
    const url = (JSON.parse(String(line)) as OrgDoor).url;
    const report = (await (await fetch(`${url}/__control/jobs/${id}`)).json()) as {
      content: { path: string };
    };
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(existsSync(report.content.path)).toBe(true);
    await using next = await spawnOrg();
    expect(next.url).not.toBe(url);
    expect(existsSync(dirname(report.content.path))).toBe(false);
  }, 60_000);
});

describe('starting', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'org-start-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('with objects of one’s own and records to begin with', async () => {
    const schema = join(folder, 'Planet__c.json');
    const seed = join(folder, 'seed.json');
    await writeFile(
      schema,
      JSON.stringify({
        name: 'Planet__c',
        fields: [
          { name: 'Name', type: 'string' },
          { name: 'Moons__c', type: 'double' },
        ],
      }),
    );
    await writeFile(seed, JSON.stringify({ Planet__c: [{ Name: 'Mars', Moons__c: 2 }] }));
    await using org = await startOrg({ schema: [schema], seed: [seed] });
    const client = new Client(org);
    await client.load({ object: 'Planet__c', operation: 'insert' }, 'Name,Moons__c\nEarth,1\n');
    const id = await client.query('SELECT Name, Moons__c FROM Planet__c ORDER BY Name');
    expect((await client.ask(`GET jobs/query/${id}/results`)).text).toBe(
      '"Name","Moons__c"\n"Earth","1.0"\n"Mars","2.0"\n',
    );
  });

  it.skipIf(process.platform === 'win32')('from the command line', async () => {
    const main = join(import.meta.dirname, '../../main.ts');
    const child = spawn(process.execPath, [
      main,
      '--json',
      '--tls',
      '--table',
      'Big__c=3',
      '--latency-ms',
      '1',
      '--fault',
      JSON.stringify({ endpoint: 'rest.limits', action: { kind: 'answer', status: 500 } }),
    ]);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const facts = JSON.parse(String(line)) as OrgDoor;
    trustOrg(facts);
    const client = new Client(facts);
    expect((await client.ask('GET limits')).status).toBe(500);
    expect((await client.ask('GET query?q=SELECT+COUNT()+FROM+Big__c')).json.totalSize).toBe(3);
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  });
});
