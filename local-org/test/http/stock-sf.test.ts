import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, sf as runSf, sfRoot } from '../../../test/host/sf.ts';
import { isolatedHome, loginTo, type LoginEnv } from '../../login.ts';
import type { OrgDoor } from '../../door.ts';
import { CommandHost } from '../../../test/host/command-host.ts';
import type { Json } from './client.ts';
import { startOrg } from './over-tls.ts';

const path = { PATH: process.env.PATH };

let org: OrgDoor;
let folder: string;
let env: LoginEnv;
/** Two, because the CLI waits five seconds between its looks at a job. */
let sf: Sf;
let otherSf: Sf;

type Outcome = { readonly code: number | null; readonly json: Json };

/** Runs a command with `--json` in a process of its own. */
async function runAlone(args: readonly string[], environment: LoginEnv): Promise<Outcome> {
  const { code, stdout } = await runSf([...args, '--json'], { ...path, ...environment }, folder);
  return { code, json: JSON.parse(stdout) as Json };
}

/** A process that runs one command after another: to load the CLI takes many times what a command does. */
class Sf {
  readonly #host: CommandHost;

  constructor(environment = env) {
    this.#host = new CommandHost({ ...path, ...compiled, ...environment }, folder, { root: sfRoot });
  }

  /** Runs `sf … --json`. */
  async run(...args: readonly string[]): Promise<Outcome> {
    const { code, stdout } = await this.#host.run([...args, '--json']);
    return { code, json: JSON.parse(stdout) as Json };
  }

  /** Runs `sf data … --json`. */
  data(command: string, ...flags: readonly string[]): Promise<Outcome> {
    return this.run('data', ...command.split(' '), ...flags);
  }

  stop(): Promise<void> {
    return this.#host.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return name;
}

const result = ({ json }: Outcome): Json => json.result as Json;

describe.skipIf(!existsSync(sfRoot)).concurrent('the stock sf CLI, unmodified', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stock-sf-'));
    org = await startOrg({ queryPageRows: 2 });
    env = await loginTo(org, join(folder, 'home'));
    sf = new Sf();
    otherSf = new Sf();
  }, 120_000);
  afterAll(async () => {
    await sf.stop();
    await otherSf.stop();
    await org.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('logs in with an access token, over the requests that the CLI makes', async () => {
    await using other = await startOrg();
    const home = {
      ...(await isolatedHome(other, join(folder, 'login'))),
      SF_ACCESS_TOKEN: other.accessToken,
    };
    await using its = new Sf(home);
    const login = await its.run(
      ...['org', 'login', 'access-token', '--instance-url', other.url, '--no-prompt', '--alias', 'mine'],
    );
    expect(login.code).toBe(0);
    expect(result(login)).toMatchObject({
      username: other.username,
      orgId: other.orgId,
      instanceUrl: `${other.url}/`,
    });
    const display = await its.run('org', 'display', '--target-org', 'mine');
    expect(result(display)).toMatchObject({
      connectedStatus: 'Connected',
      apiVersion: '67.0',
      alias: 'mine',
    });
    const { log } = await other.counters();
    expect(log.map(({ url }) => url.split('?')[0])).toEqual(
      expect.arrayContaining([
        '/services/oauth2/userinfo',
        `/services/data/v51.0/sobjects/User/${other.userId}`,
        '//services/data',
      ]),
    );
  });

  it('tells two orgs apart that one home folder has logins to', async () => {
    await using one = await startOrg();
    await using two = await startOrg();
    const home = join(folder, 'two');
    await loginTo(one, home, { alias: 'one' });
    await using its = new Sf(await loginTo(two, home, { alias: 'two' }));
    const [atOne, atTwo] = await Promise.all(
      ['one', 'two'].map((alias) =>
        its.data('query', '--query', 'SELECT Id FROM User', '--target-org', alias),
      ),
    );
    expect(result(atOne!)).toMatchObject({ records: [{ Id: one.userId }] });
    expect(result(atTwo!)).toMatchObject({ records: [{ Id: two.userId }] });
  });

  it('data query shows records', async () => {
    const users = await sf.data('query', '--query', 'SELECT Id, Username FROM User');
    expect(result(users)).toMatchObject({
      totalSize: 1,
      records: [{ Id: org.userId, Username: org.username }],
    });
  });

  it('renews an expired session where the login has a refresh token', async () => {
    await using other = await startOrg();
    const home = await loginTo(other, join(folder, 'refreshable'), { refreshable: true });
    await other.expireSession();
    const users = await runAlone(['data', 'query', '--query', 'SELECT Id FROM User'], home);
    expect(result(users)).toMatchObject({ totalSize: 1 });
    const { requests, log } = await other.counters();
    expect(requests['oauth.token']).toBeGreaterThan(0);
    expect(log.some(({ status }) => status === 401)).toBe(true);
  });

  it('org list limits shows what is left, to a token that was never logged in', async () => {
    const limits = await runAlone(['org', 'list', 'limits', '--target-org', org.accessToken], {
      ...(await isolatedHome(org, join(folder, 'raw'))),
      SF_ORG_INSTANCE_URL: org.url,
      SF_ORG_API_VERSION: '67.0',
    });
    expect(limits.json.result).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'DailyBulkV2QueryJobs', max: 10_000 })]),
    );
  });

  it('data import bulk, bulk results, and update, upsert and delete bulk, begun without --wait and resumed', async () => {
    const bulk = async (verb: string, csv: string, ...more: string[]): Promise<Outcome> =>
      sf.data(`${verb} bulk`, '--sobject', 'Account', '--file', await file(`${verb}.csv`, csv), ...more);
    const resumed = async (verb: string, csv: string, ...more: string[]): Promise<void> => {
      const begun = result(await bulk(verb, csv, ...more));
      const id = String(begun.jobId ?? (begun.jobInfo as Json).id);
      const ended = await sf.data(`${verb} resume`, '--job-id', id, '--wait', '2');
      expect(ended.json, verb).toMatchObject({ status: 0 });
      expect(await org.job(id)).toMatchObject({ operation: verb, state: 'JobComplete', failed: 0 });
    };
    const imported = await bulk(
      'import',
      'Name,AnnualRevenue\n"A ""1""",12\n"B, 2",34000000\n',
      '--wait',
      '2',
    );
    expect(imported.json).toMatchObject({
      status: 0,
      result: { processedRecords: 2, successfulRecords: 2, failedRecords: 0 },
    });
    const ids = (await org.records('Account')).map(({ Id }) => String(Id));
    const importId = String(result(imported).jobId);
    const [results] = await Promise.all([
      sf.data('bulk results', '--job-id', importId),
      resumed('update', `Id,Name\n${ids[0]!},Updated\n`),
      resumed('upsert', `Id,Name\n${ids[1]!},Upserted\n`, '--external-id', 'Id'),
    ]);
    expect((await org.records('Account')).map(({ Name }) => Name)).toEqual(['Updated', 'Upserted']);
    expect(result(results)).toMatchObject({
      status: 'JobComplete',
      processedRecords: 2,
      successfulRecords: 2,
    });
    expect(await readFile(join(folder, String(result(results).successFilePath)), 'utf8')).toContain(
      '"3.4E7"',
    );
    await resumed('delete', `Id\n${ids.join('\n')}\n`);
    expect(await org.records('Account')).toEqual([]);
    const asked = (await org.counters()).log.filter(({ jobId }) => jobId === importId);
    const endpoints = asked.map(({ endpoint }) => endpoint);
    expect(endpoints.slice(0, 2)).toEqual(['ingest.upload', 'ingest.close']);
    expect(new Set(endpoints.slice(2, -1))).toEqual(new Set(['ingest.info']));
    expect(endpoints.at(-1)).toBe('ingest.results.successful');
  });

  it('data import bulk tells of failed rows, and of a failed job', async () => {
    const load = async (name: string, csv: string): Promise<Outcome> =>
      sf.data('import bulk', '--sobject', 'Lead', '--file', await file(name, csv), '--wait', '2');
    const [rows, job] = await Promise.all([
      load('some.csv', 'LastName,Company\nA,B\nC,\n'),
      load('bad.csv', 'Nope\nA\n'),
    ]);
    expect(rows.code).not.toBe(0);
    expect(rows.json).toMatchObject({ name: 'FailedRecordDetailsError' });
    expect(JSON.stringify(job.json)).toContain('InvalidBatch : Field name not found : Nope');
  });

  it('data import resume finishes what was begun without --wait', async () => {
    const begun = await otherSf.data(
      'import bulk',
      '--sobject',
      'Case',
      '--file',
      await file('async.csv', 'Subject\nA\nB\n'),
    );
    const resumed = await otherSf.data(
      'import resume',
      '--job-id',
      String(result(begun).jobId),
      '--wait',
      '2',
    );
    expect(resumed.json).toMatchObject({ status: 0, result: { processedRecords: 2 } });
  });

  it('data export bulk reads all pages as CSV and JSON, and resume finishes what was begun without --wait', async () => {
    await otherSf.data(
      'import bulk',
      '--sobject',
      'Contact',
      '--file',
      await file('contacts.csv', 'LastName\nA\nB\nC\nD\n"E\n""e"""\n'),
      '--wait',
      '2',
    );
    const soql = 'SELECT LastName FROM Contact ORDER BY LastName';
    const [csv, json, begun] = await Promise.all([
      otherSf.data('export bulk', '--query', soql, '--output-file', 'out.csv', '--wait', '2'),
      otherSf.data(
        'export bulk',
        '--query',
        soql,
        '--output-file',
        'out.json',
        '--result-format',
        'json',
        '--wait',
        '2',
      ),
      otherSf.data('export bulk', '--query', soql, '--output-file', 'later.csv'),
    ]);
    expect(csv.json).toMatchObject({ status: 0, result: { totalSize: 5 } });
    expect(await readFile(join(folder, 'out.csv'), 'utf8')).toBe(
      '"LastName"\n"A"\n"B"\n"C"\n"D"\n"E\n""e"""\n',
    );
    expect(json.json).toMatchObject({ status: 0 });
    expect(JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))).toMatchObject(
      ['A', 'B', 'C', 'D', 'E\n"e"'].map((LastName) => ({ LastName })),
    );
    const resumed = await otherSf.data('export resume', '--job-id', String(result(begun).jobId));
    expect(resumed.json).toMatchObject({ status: 0, result: { totalSize: 5 } });
    const exportId = String(result(begun).jobId);
    const pages = (await org.counters()).log.filter(
      ({ jobId, endpoint }) => jobId === exportId && endpoint === 'query.results',
    );
    expect(pages).toHaveLength(3);
  });
});
