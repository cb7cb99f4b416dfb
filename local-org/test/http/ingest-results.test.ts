import { describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { resolveOptions, type OrgOptions, type Quirks } from '../../options.ts';
import { Client, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

const insert = { object: 'Account', operation: 'insert' };

type Results = { successful: string; failed: string; unprocessed: string; info: Json; org: Org; id: string };

/** Loads a file into a new org and reads the three result files. */
async function results(
  csv: string,
  job: Record<string, unknown> = insert,
  options: OrgOptions & { version?: string } = {},
): Promise<Results> {
  const { version, ...rest } = options;
  await using org = await startOrg({ ...rest, quirks: { resultOrder: 'input', ...rest.quirks } });
  const client = new Client(org, version);
  const id = await client.load(job, csv);
  const get = async (name: string): Promise<string> =>
    (await client.ask(`GET jobs/ingest/${id}/${name}`)).text;
  return {
    successful: await get('successfulResults'),
    failed: await get('failedResults'),
    unprocessed: await get('unprocessedrecords'),
    info: (await client.ask(`GET jobs/ingest/${id}`)).json,
    org,
    id,
  };
}

const quirks = (chosen: Partial<Quirks>): OrgOptions => ({ quirks: chosen });

describe('result files', () => {
  it('have quoted service columns, then the uploaded header raw: unquoted', async () => {
    const { successful, failed, unprocessed } = await results('nAmE,Industry\nA,Banking\n,\n');
    expect(successful).toMatch(/^"sf__Id","sf__Created",nAmE,Industry\n"001\w{15}","true","A","Banking"\n$/);
    expect(failed).toBe(
      '"sf__Id","sf__Error",nAmE,Industry\n"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","",""\n',
    );
    expect(unprocessed).toBe('nAmE,Industry\n');
  });

  it('echo a quoted header quoted', async () => {
    const { successful, failed } = await results('"Name"\n"A"\n');
    expect(successful).toMatch(/^"sf__Id","sf__Created","Name"\n/);
    expect(failed).toBe('"sf__Id","sf__Error","Name"\n');
  });

  it('come as text/csv; charset=UTF-8, and the last part of the address in any case', async () => {
    await using org = await startOrg();
    const client = new Client(org);
    const id = await client.load(insert, 'Name\nA\n');
    for (const name of [
      'successfulResults',
      'SUCCESSFULRESULTS',
      'failedresults',
      'unprocessedRecords',
      'unprocessedrecords',
    ]) {
      const answer = await client.ask(`GET jobs/ingest/${id}/${name}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=UTF-8']);
    }
  });

  it('may be at their documented addresses only', async () => {
    await using org = await startOrg({ quirks: { resultPathCase: 'documented' } });
    const client = new Client(org);
    const id = await client.load(insert, 'Name\nA\n');
    const status = async (name: string): Promise<number> =>
      (await client.ask(`GET jobs/ingest/${id}/${name}`)).status;
    for (const name of ['successfulResults', 'failedResults/', 'unprocessedrecords'])
      expect(await status(name), name).toBe(200);
    for (const name of ['successfulresults', 'FailedResults', 'unprocessedRecords'])
      expect(await status(name), name).toBe(404);
  });

  it('quote all values and double the quotes in them', async () => {
    const { successful } = await results('Name,Description\n"say ""hi"", all","two\nlines"\n');
    expect(successful).toContain(',"true","say ""hi"", all","two\nlines"\n');
  });

  it('re-serialise numbers as Java doubles and cut datetimes to milliseconds with Z', async () => {
    const { successful } = await results(
      'Name,AnnualRevenue,NumberOfEmployees\nA,912260031,5\nB,12.50,\nC,0.0001,7\n',
    );
    expect(successful).toContain('"A","9.12260031E8","5"\n');
    expect(successful).toContain('"B","12.5",""\n');
    expect(successful).toContain('"C","1.0E-4","7"\n');
    const times = await results('Subject,ReminderDateTime\nx,2024-01-02T03:04:05.678901+02:00\n', {
      object: 'Task',
      operation: 'insert',
    });
    expect(times.successful + times.failed).toContain('"2024-01-02T01:04:05.678Z"');
  });

  it('write whole doubles with or without .0, as chosen', async () => {
    const csv = 'Name,AnnualRevenue\nA,12\n';
    expect((await results(csv)).successful).toContain('"12.0"');
    expect((await results(csv, insert, quirks({ wholeDoubles: 'plain' }))).successful).toContain('"12"');
  });

  it('say sf__Created true for inserts and false for updates, deletes and matched upserts', async () => {
    await using org = await startOrg();
    const client = new Client(org);
    const created = async (job: Record<string, unknown>, csv: string): Promise<string | undefined> => {
      const id = await client.load(job, csv);
      return /^"\w+","(\w+)"/m.exec(
        (await client.ask(`GET jobs/ingest/${id}/successfulResults`)).text.split('\n')[1] ?? '',
      )?.[1];
    };
    expect(await created(insert, 'Name\nA\n')).toBe('true');
    const [account] = org.database.scan('Account');
    const row = `Id,Name\n${String(account?.Id)},B\n`;
    expect(await created({ object: 'Account', operation: 'update' }, row)).toBe('false');
    expect(await created({ object: 'Account', operation: 'upsert', externalIdFieldName: 'Id' }, row)).toBe(
      'false',
    );
    expect(await created({ object: 'Account', operation: 'delete' }, `Id\n${String(account?.Id)}\n`)).toBe(
      'false',
    );
  });

  it('of an upsert say which rows were created, the key being written in any case', async () => {
    await using org = await startOrg({ quirks: { resultOrder: 'input' } });
    const client = new Client(org);
    const job = { object: 'Shipment__c', operation: 'upsert', externalIdFieldName: 'tracking_number__C' };
    await client.load(job, 'TRACKING_NUMBER__C,Name\nt-1,A\n');
    const id = await client.load(job, 'TRACKING_NUMBER__C,Name\nt-1,B\nt-2,C\n');
    expect((await client.ask(`GET jobs/ingest/${id}`)).json.externalIdFieldName).toBe('tracking_number__C');
    const { text } = await client.ask(`GET jobs/ingest/${id}/successfulResults`);
    expect([...text.matchAll(/"(true|false)","(t-\d)"/g)].map(([, created, key]) => [key, created])).toEqual([
      ['t-1', 'false'],
      ['t-2', 'true'],
    ]);
  });

  it('fill sf__Id of failed rows from v53 on, and never for inserts', async () => {
    const csv = 'Id,Name\n001000000000001AAA,B\n';
    const update = { object: 'Account', operation: 'update' };
    expect((await results(csv, update)).failed).toContain('\n"001000000000001AAA","');
    expect((await results(csv, update, { version: 'v52.0' })).failed).toContain('\n"","');
    expect((await results('Name\n""\n')).failed).toContain('\n"","REQUIRED');
  });

  it('are not in the order of the input, the same for the same seed, every row once', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `N${index}`);
    const csv = `Name\n${names.join('\n')}\n`;
    const order = async (randomSeed: number): Promise<string[]> => {
      const { successful } = await results(csv, insert, {
        randomSeed,
        batchRows: 20,
        quirks: { resultOrder: 'random' },
      });
      return [...successful.matchAll(/"(N\d+)"\n/g)].map(([, name]) => name!);
    };
    const first = await order(1);
    expect(first).not.toEqual(names);
    expect(first.toSorted()).toEqual(names.toSorted());
    expect(await order(1)).toEqual(first);
    expect(await order(2)).not.toEqual(first);
  });

  it('keep the upload order of columns, alphabetical up to v48', async () => {
    const csv = 'Name,"Industry",AccountNumber\nA,Banking,7\n';
    const header = async (options: OrgOptions & { version?: string }): Promise<string | undefined> =>
      (await results(csv, insert, options)).successful.split('\n')[0];
    const uploaded = '"sf__Id","sf__Created",Name,"Industry",AccountNumber';
    const sorted = '"sf__Id","sf__Created",AccountNumber,"Industry",Name';
    expect(await header({})).toBe(uploaded);
    expect(await header({ version: 'v48.0' })).toBe(sorted);
    expect(await header({ version: 'v49.0' })).toBe(uploaded);
    expect(await header({ version: 'v48.0', quirks: { ingestColumnOrder: 'upload' } })).toBe(uploaded);
    expect((await results(csv, insert, quirks({ ingestColumnOrder: 'alphabetical' }))).successful).toContain(
      `${sorted}\n"001`,
    );
  });

  it.each(['BACKQUOTE', 'CARET', 'PIPE', 'SEMICOLON', 'TAB'])(
    'follow the job: %s and CRLF, or comma and LF',
    async (name) => {
      const mark = { BACKQUOTE: '`', CARET: '^', PIPE: '|', SEMICOLON: ';', TAB: '\t' }[name]!;
      const csv = `Name${mark}Industry\r\n"A${mark}B"${mark}Banking\r\n`;
      const job = { ...insert, columnDelimiter: name, lineEnding: 'CRLF' };
      const { successful } = await results(csv, job);
      expect(successful).toContain(`"sf__Id"${mark}"sf__Created"${mark}Name${mark}Industry\r\n`);
      expect(successful).toContain(`"true"${mark}"A${mark}B"${mark}"Banking"\r\n`);
      const plain = await results(csv, job, quirks({ resultDialect: 'comma-lf' }));
      expect(plain.successful).toContain('"sf__Id","sf__Created",Name,Industry\n"001');
    },
  );

  it('quote unprocessed values when needed, or always', async () => {
    const job = { ...insert };
    const csv = 'Name,Industry\nA,Banking\n"B, C","say ""x"""\nD,"Energy"\n';
    const fault = {
      endpoint: 'ingest.process',
      action: { kind: 'fail-job', afterBatches: 1, errorMessage: 'Unknown : x' },
    } as const;
    const half = { batchRows: 1, faults: [fault] };
    expect((await results(csv, job, half)).unprocessed).toBe('Name,Industry\n"B, C","say ""x"""\nD,Energy\n');
    expect(
      (await results(csv, job, { ...half, ...quirks({ unprocessedQuoting: 'always' }) })).unprocessed,
    ).toBe('Name,Industry\n"B, C","say ""x"""\n"D","Energy"\n');
  });

  it('of a running job are refused, or as far as they go', async () => {
    for (const [resultsWhileRunning, status, text] of [
      ['refused', 400, /INVALIDJOBSTATE/],
      ['partial', 200, /"true","A"\n$/],
    ] as const) {
      await using org = await startOrg({ batchRows: 1, quirks: { resultsWhileRunning } });
      const client = new Client(org);
      const hold = await org.faults.add({
        endpoint: 'ingest.process',
        action: { kind: 'hold', when: 'after', afterBatches: 1 },
      });
      const id = await client.submit(insert, 'Name\nA\nB\n');
      await hold.hit();
      const answer = await client.ask(`GET jobs/ingest/${id}/successfulResults`);
      expect(answer.status).toBe(status);
      expect(answer.text).toMatch(text);
    }
  });
});

describe('batches', () => {
  it('are of 10,000 rows in order; one that is tried too often fails the job: the rest is unprocessed, what was saved stays', async () => {
    const rows = Array.from({ length: 20_001 }, (_, index) => `N${index}`);
    const { successful, unprocessed, failed, info, org } = await results(
      `Name\n${rows.join('\n')}\n`,
      insert,
      {
        faults: [
          { endpoint: 'ingest.process', action: { kind: 'batch-retries', retries: 20 } },
          {
            endpoint: 'ingest.process',
            action: {
              kind: 'fail-job',
              afterBatches: 1,
              errorMessage: 'TooManyLockFailure : Too many lock failure 200 Trying again later.',
            },
          },
        ],
      },
    );
    expect(successful.split('\n')).toHaveLength(10_002);
    expect(successful).toContain('"N9999"');
    expect(failed.split('\n')).toHaveLength(2);
    expect(unprocessed.split('\n').slice(0, 3)).toEqual(['Name', 'N10000', 'N10001']);
    expect(unprocessed.split('\n')).toHaveLength(1 + 10_001 + 1);
    expect(info).toMatchObject({ state: 'Failed', retries: 20, numberRecordsProcessed: 10_000 });
    expect([...org.database.scan('Account')]).toHaveLength(10_000);
  });

  it('beyond the daily allocation fail the job, and their rows are not recorded anywhere', async () => {
    await using org = await startOrg({ batchRows: 2, allowances: { DailyBulkApiBatches: 1 } });
    const client = new Client(org);
    const id = await client.load(insert, 'Name\nA\nB\nC\nD\n');
    expect((await client.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      state: 'Failed',
      errorMessage: 'ExceededQuota : ApiBatchItems Limit exceeded',
      numberRecordsProcessed: 2,
    });
    expect((await client.ask(`GET jobs/ingest/${id}/unprocessedrecords`)).text).toBe('Name\n');
    expect((await client.ask('GET limits')).json.DailyBulkApiBatches).toEqual({ Max: 1, Remaining: 0 });
  });

  it('are not used up by queries', async () => {
    await using org = await startOrg({ allowances: { DailyBulkApiBatches: 1 } });
    const client = new Client(org);
    await client.query('SELECT Id FROM Account');
    expect((await client.ask('GET limits')).json.DailyBulkApiBatches).toEqual({ Max: 1, Remaining: 1 });
  });

  it('beyond the records of a day fail the job in the same way', async () => {
    await using org = await startOrg({ batchRows: 2, dailyIngestRecords: 3 });
    const client = new Client(org);
    const id = await client.load(insert, 'Name\nA\nB\nC\nD\n');
    expect((await client.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      errorMessage: 'ExceededQuota : ApiBatchItems Limit exceeded',
      numberRecordsProcessed: 2,
    });
    expect(resolveOptions().dailyIngestRecords).toBe(150_000_000);
  });
});
