import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../src/lib/api/errors.js';
import { downloadSet } from '../../../../src/lib/load/collect/download-set.js';
import { IncompleteResultError, ResultFormatError } from '../../../../src/lib/csv/record-reader.js';
import type { ResultSetName } from '../../../../src/lib/load/model/result-sets.js';
import type { ResultFetcher } from '../../../../src/lib/load/collect/request.js';
import { chunksOf, temporaryFolder } from './support.ts';

const success = '"sf__Id","sf__Created",Id,Name\n"1","true","1","Acme ""A"" Ltd"\n"2","true","2","Bolt"\n';

/** An org that answers with one body after the other, the last one again and again. */
function answering(...bodies: readonly string[]): { fetch: ResultFetcher; readonly asked: number } {
  const org = {
    asked: 0,
    fetch: (async (_jobId, _kind, read) =>
      read(chunksOf(bodies[Math.min(org.asked++, bodies.length - 1)]!, 7))) as ResultFetcher,
  };
  return org;
}

async function download(fetch: ResultFetcher, name: ResultSetName = 'success') {
  const folder = await temporaryFolder();
  const options = {
    fetch,
    delimiter: ',',
    spoolPrefix: join(folder, 'spool-'),
    refetchWaitMs: 0,
    signal: new AbortController().signal,
  };
  const set = downloadSet('750A', name, options);
  return { set, folder };
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

it('hands out the body as it came, with its header and the number of its rows', async () => {
  const { set } = await download(answering(success).fetch);
  const { rows, header, read } = await set;
  expect(rows).toBe(2);
  expect(header).toEqual(['sf__Id', 'sf__Created', 'Id', 'Name']);
  expect(await textOf(read())).toBe(success);
  expect(await textOf(read())).toBe(success);
});

it('notices a body that was cut at any byte but the end of a row, and fetches it again', async () => {
  for (let length = 1; length < success.length; length++) {
    const endsARow = success[length - 1] === '\n';
    const endsTheHeader =
      length === success.indexOf('\n') || /^"sf__Id","sf__Created"(,\w*)*$/.test(success.slice(0, length));
    if (endsARow || endsTheHeader) continue;
    const org = answering(success.slice(0, length), success);
    const { set } = await download(org.fetch);
    expect(await textOf((await set).read()), `cut after ${length} bytes`).toBe(success);
    expect(org.asked, `cut after ${length} bytes`).toBe(2);
  }
});

it('begins anew when the fetcher itself repeats a download that broke off', async () => {
  const fetch: ResultFetcher = async (_jobId, _kind, read) => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield* chunksOf(success.slice(0, 60), 7);
      throw new Error('socket closed');
    }
    await expect(read(broken())).rejects.toThrow('socket closed');
    return read(chunksOf(success));
  };
  const { set } = await download(fetch);
  expect(await textOf((await set).read())).toBe(success);
});

it('gives up on a body that is cut every time, names the job, and leaves no file behind', async () => {
  const cut = `${'"1","true","1","Acme"\n'.repeat(200_000)}"2","tr`;
  let asked = 0;
  const { set, folder } = await download((_jobId, _kind, read) => {
    asked++;
    return read(chunksOf(`"sf__Id","sf__Created",Id,Name\n${cut}`));
  });
  const failure = await set.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(IncompleteResultError);
  expect(failure).toMatchObject({
    message:
      'The successfulResults of job 750A did not arrive whole, 4 times over. It ends inside a quoted value.',
  });
  expect(asked).toBe(4);
  expect(await readdir(folder)).toEqual([]);
});

it('refuses an answer that is no result set, at once', async () => {
  const org = answering('<html>\n<body>Down for maintenance</body>\n</html>\n');
  const { set } = await download(org.fetch);
  await expect(set).rejects.toThrow(ResultFormatError);
  expect(org.asked).toBe(1);
});

it('keeps a body that is too big for memory in a file, and removes it after use', async () => {
  const big = `"sf__Id","sf__Error",Name\n${`"","E:x:--","${'n'.repeat(1000)}"\n`.repeat(4000)}`;
  const { set, folder } = await download((_jobId, _kind, read) => read(chunksOf(big)), 'failed');
  const { rows, read, dispose } = await set;
  expect(rows).toBe(4000);
  expect(await textOf(read())).toBe(big);
  expect(await readdir(folder)).toEqual(['spool-750A-failed']);
  await dispose();
  expect(await readdir(folder)).toEqual([]);
});

describe('unprocessed rows, which come as they were uploaded', () => {
  it('believes a last row without a line ending once it has come twice', async () => {
    const org = answering('Id,Name\n1,Acme');
    const { set } = await download(org.fetch, 'unprocessed');
    expect(await set).toMatchObject({ rows: 1, endsWithNewline: false });
    expect(org.asked).toBe(2);
  });

  it('does not believe a row that ends before its last cell, however often it comes', async () => {
    const { set } = await download(answering('Id,Name\n1').fetch, 'unprocessed');
    await expect(set).rejects.toThrow('A row has 1 cells where the header has 2.');
  });

  it('does not believe it when the second body is longer', async () => {
    const org = answering('Id,Name\n1,Ac', 'Id,Name\n1,Acme\n');
    const { set } = await download(org.fetch, 'unprocessed');
    expect(await textOf((await set).read())).toBe('Id,Name\n1,Acme\n');
  });
});

it('asks again for results that the org does not know yet', async () => {
  const org = answering(success);
  let unknown = 2;
  const fetch: ResultFetcher = (...asked) =>
    unknown-- > 0
      ? Promise.reject(new ApiError('no', { status: 404, errorCode: 'NOT_FOUND' }))
      : org.fetch(...asked);
  const { set } = await download(fetch);
  expect((await set).rows).toBe(2);
});
