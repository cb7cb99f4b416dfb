import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { spawnOrg, startOrg } from './over-tls.ts';

const insert = { object: 'Account', operation: 'insert' };

describe('generated tables', () => {
  it('are described, counted and read over REST and Bulk, with quotes, newlines and other languages', async () => {
    await using org = await startOrg({
      orgId: '00DLo0000000001',
      tables: { Big__c: 2500 },
      queryPageRows: 700,
    });
    const client = new Client(org);
    expect((await client.ask('GET sobjects/Big__c/describe')).json).toMatchObject({
      name: 'Big__c',
      createable: false,
    });
    expect((await client.ask('GET query?q=SELECT+COUNT()+FROM+Big__c')).json.totalSize).toBe(2500);
    const id = await client.query('SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c');
    let text = '';
    let locator: string | null = '';
    let counted = 0;
    do {
      const page = await client.ask(
        `GET jobs/query/${id}/results${locator === '' ? '' : `?locator=${locator ?? ''}`}`,
      );
      counted += Number(page.headers.get('sforce-numberofrecords'));
      text += page.text.slice(page.text.indexOf('\n') + 1);
      locator = page.headers.get('sforce-locator');
    } while (locator !== 'null');
    expect(counted).toBe(2500);
    const ids = [...text.matchAll(/^"(a00\w{15})","Record (\d{10})","K-(\d{10})","/gm)];
    expect(ids.map(([, , number]) => Number(number))).toEqual(
      Array.from({ length: 2500 }, (_, index) => index),
    );
    expect(ids.map(([, rowId]) => rowId)).toEqual(ids.map(([, , number]) => `a00Lo${number}IAA`));
    expect(text).toContain('"said ""quite so"", twice,');
    expect(text).toContain('"first line of two\nand the second line,');
    expect(text).toContain('東京');
    const rest = (await client.ask('GET query?q=SELECT+Id,Key__c+FROM+Big__c+LIMIT+2')).json.records;
    expect(rest).toMatchObject([{ Key__c: 'K-0000000000' }, { Key__c: 'K-0000000001' }]);
  });

  it('refuse conditions, which they cannot obey', async () => {
    await using org = await startOrg({ tables: { Big__c: 10 } });
    const answer = await new Client(org).ask("GET query?q=SELECT+Id+FROM+Big__c+WHERE+Name='x'");
    expect(answer.status).toBe(400);
  });
});

describe('sink mode', () => {
  it('counts rows, keeps every byte and gives every row back with an id', async () => {
    await using org = await startOrg({ ingestMode: 'sink', batchRows: 100 });
    const client = new Client(org);
    const rows = Array.from({ length: 1234 }, (_, index) =>
      index % 3 === 0 ? `"N ${index}\n""x"""` : `N ${index}`,
    );
    const csv = `Name\n${rows.join('\n')}`;
    const id = await client.load(insert, csv);
    expect((await client.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      numberRecordsProcessed: 1234,
      numberRecordsFailed: 0,
    });
    expect(await readFile((await org.job(id)).content!.path, 'utf8')).toBe(csv);
    const { text } = await client.ask(`GET jobs/ingest/${id}/successfulResults`);
    expect(text.startsWith('"sf__Id","sf__Created",Name\n')).toBe(true);
    const found = [...text.matchAll(/^"(001\w{15})","true",(N \d+|"N \d+\n""x""")$/gm)];
    expect(found.map(([, , row]) => row).sort()).toEqual(rows.toSorted());
    expect(new Set(found.map(([, rowId]) => rowId)).size).toBe(1234);
    expect((await client.ask(`GET jobs/ingest/${id}/failedResults`)).text).toBe(
      '"sf__Id","sf__Error",Name\n',
    );
    expect((await client.ask(`GET jobs/ingest/${id}/unprocessedrecords`)).text).toBe('Name\n');
    expect(await org.records('Account')).toEqual([]);
  });

  it('leaves the rest unprocessed when the job fails half way', async () => {
    await using org = await startOrg({
      ingestMode: 'sink',
      batchRows: 2,
      faults: [
        {
          endpoint: 'ingest.process',
          action: { kind: 'fail-job', afterBatches: 1, errorMessage: 'Unknown : x' },
        },
      ],
    });
    const client = new Client(org);
    const id = await client.load(insert, 'Name\nA\nB\nC\nD\nE\n');
    const get = async (name: string): Promise<string> =>
      (await client.ask(`GET jobs/ingest/${id}/${name}`)).text;
    expect((await get('successfulResults')).match(/"true",\w/g)).toEqual(['"true",A', '"true",B']);
    expect(await get('unprocessedrecords')).toBe('Name\nC\nD\nE\n');
  });
});

describe('size', () => {
  it('of an upload or an export does not show in memory', { timeout: 120_000 }, async () => {
    await using org = await spawnOrg({
      ingestMode: 'sink',
      tables: { Big__c: 1_000_000 },
      batchDelayMs: 0,
      queryPageRows: 1_000_000,
      quirks: { gzip: false },
    });
    const client = new Client(org);
    const memoryMb = async (): Promise<number> => {
      const { memory } = (await (await fetch(org.controlUrl + '/')).json()) as { memory: { rss: number } };
      return memory.rss / 1e6;
    };
    const id = await client.createIngest(insert);
    const row = Buffer.from(`"${'x'.repeat(60)}",${'y'.repeat(60)}\n`.repeat(8000));
    const sent = createHash('sha256').update('A,B\n');
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('A,B\n')),
      pull: (controller) => {
        sent.update(row);
        controller.enqueue(row);
        left -= 1;
        if (left === 0) controller.close();
      },
    });
    let left = 80;
    const answer = await fetch(`${org.url}/services/data/v60.0/jobs/ingest/${id}/batches`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${org.accessToken}`, 'Content-Type': 'text/csv' },
      body,
      duplex: 'half',
    });
    expect(answer.status).toBe(201);
    await client.close(id);
    expect(await client.finished('ingest', id)).toMatchObject({ numberRecordsProcessed: 640_000 });
    const query = await client.query('SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c');
    const results = await fetch(`${org.url}/services/data/v60.0/jobs/query/${query}/results`, {
      headers: { Authorization: `Bearer ${org.accessToken}` },
    });
    let bytes = 0;
    for await (const chunk of results.body as AsyncIterable<Uint8Array>) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(110_000_000);
    expect(await memoryMb()).toBeLessThan(400);
    const received = createHash('sha256').update(await readFile((await org.job(id)).content!.path));
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });
});

describe('the wire', () => {
  const timer = (): (() => number) => {
    const startedAtMs = performance.now();
    return () => performance.now() - startedAtMs;
  };

  it.each([
    ['two with TLS', true, 3],
    ['one without', false, 2],
  ] as const)('costs a round trip per request, and for a new connection %s', async (_, tls, trips) => {
    await using org = await startOrg({ latencyMs: 200, tls });
    const client = new Client(org);
    const first = timer();
    await client.ask('GET limits');
    expect(first()).toBeGreaterThan(trips * 200 - 5);
    const others: number[] = [];
    for (let request = 0; request < 5; request += 1) {
      const other = timer();
      await client.ask('GET limits');
      others.push(other());
    }
    expect(Math.min(...others)).toBeGreaterThan(195);
    expect(Math.min(...others)).toBeLessThan(395);
  });

  it('has a bandwidth per connection each way: two connections carry twice as much', async () => {
    await using org = await startOrg({
      bandwidthBytesPerSecond: 200_000,
      tables: { Big__c: 1500 },
      quirks: { gzip: false },
    });
    const client = new Client(org);
    const upload = async (): Promise<unknown> =>
      client.ask(`PUT jobs/ingest/${await client.createIngest(insert)}/batches`, {
        csv: Buffer.alloc(400_000, 'x'),
      });
    const both = timer();
    await Promise.all([upload(), upload()]);
    expect(both()).toBeGreaterThan(1900);
    expect(both()).toBeLessThan(3900);
    const id = await client.query('SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c');
    const download = timer();
    const { text } = await client.ask(`GET jobs/query/${id}/results`);
    expect(download()).toBeGreaterThan((text.length / 200_000) * 900);
  });
});
