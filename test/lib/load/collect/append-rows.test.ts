import { expect, it } from 'vitest';
import { join } from 'node:path';
import { PartFile } from '../../../../src/lib/files/part-file.js';
import { appendRows } from '../../../../src/lib/load/collect/append-rows.js';
import type { ResultSetName } from '../../../../src/lib/load/model/result-sets.js';
import { ResultSetDownload } from '../../../../src/lib/load/collect/result-set-download.js';
import { chunksOf, readText, temporaryFolder } from './support.ts';

async function merged(
  bodies: readonly string[],
  {
    name = 'success',
    columns = ['Id', 'Name'],
    newline = '\n',
  }: { name?: ResultSetName; columns?: string[]; newline?: string } = {},
): Promise<string> {
  const folder = await temporaryFolder();
  const path = join(folder, 'out.csv');
  const file = await PartFile.open(path);
  for (const [index, body] of bodies.entries()) {
    const place = { path: join(folder, `${index}`), delimiter: ',', signal: new AbortController().signal };
    const download = await ResultSetDownload.begin(name, place);
    const set = await download.take(chunksOf(body, 5)).catch(() => download.take(chunksOf(body, 5)));
    await appendRows(file, set, { columns, delimiter: ',', newline });
    await set.dispose();
  }
  await file.commit();
  return readText(path);
}

it('keeps the header of the first set as the service wrote it, and all rows to the byte', async () => {
  const first = '"sf__Id","sf__Created","Id",name\r\n"1","true","1","a\r\nb"\r\n';
  const second = '"sf__Id","sf__Created",Id,Name\r\n"2","false","2","say ""hi"""\r\n';
  expect(await merged([first, second], { newline: '\r\n' })).toBe(`${first}"2","false","2","say ""hi"""\r\n`);
});

it('puts the columns of a set with another order in place by their names', async () => {
  const first = '"sf__Id","sf__Created",Id,Name\n"1","true","1","a"\n';
  const second = '"sf__Id","sf__Created",NAME,Id\n"2","true","b, c","2"\n';
  expect(await merged([first, second])).toBe(`${first}"2","true","2","b, c"\n`);
});

it('leaves columns empty that a set does not have', async () => {
  const alphabetical = '"sf__Id","sf__Created",Name\n"2","true","b"\n';
  expect(await merged([alphabetical])).toBe('"sf__Id","sf__Created",Id,Name\n"2","true",,"b"\n');
});

it('quotes a name in the header that needs it', async () => {
  const body = '"sf__Id","sf__Created",B,"A,1"\n"1","true","b","a"\n';
  expect(await merged([body], { columns: ['A,1', 'B'] })).toBe(
    '"sf__Id","sf__Created","A,1",B\n"1","true","a","b"\n',
  );
});

it('writes the delimiter of the load although the results came with another', async () => {
  const body = '"sf__Id"|"sf__Created"|Id|Name\n"1"|"true"|"1"|"a|b, c"\n';
  expect(await merged([body])).toBe('"sf__Id","sf__Created",Id,Name\n"1","true","1","a|b, c"\n');
});

it('ends a last row that has no line ending', async () => {
  expect(await merged(['Id,Name\n1,a', 'Id,Name\n2,b\n'], { name: 'unprocessed' })).toBe(
    'Id,Name\n1,a\n2,b\n',
  );
});

it('takes a set that is a header and nothing else', async () => {
  expect(await merged(['Id,Name', 'Id,Name\n2,b\n'], { name: 'unprocessed' })).toBe('Id,Name\n2,b\n');
});
