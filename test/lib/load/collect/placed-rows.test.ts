import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PartFile } from '../../../../src/lib/files/part-file.js';
import { appendPlacedRows, type PlacedRowsOptions } from '../../../../src/lib/load/collect/placed-rows.js';
import { ErrorGroups } from '../../../../src/lib/load/model/error-groups.js';
import { countErrors } from '../../../../src/lib/load/collect/failed-sample.js';
import { ResultSetDownload } from '../../../../src/lib/load/collect/result-set-download.js';
import { chunksOf, readText, sourceOf, temporaryFolder } from './support.ts';

async function append(body: string, rest: Partial<PlacedRowsOptions> = {}) {
  const folder = await temporaryFolder();
  const file = await PartFile.open(join(folder, 'failed.csv'));
  const place = { path: join(folder, 'spool'), delimiter: ',', signal: new AbortController().signal };
  const set = await (await ResultSetDownload.begin('failed', place)).take(chunksOf(body));
  const options: PlacedRowsOptions = {
    layout: { columns: ['Name', 'Phone'], delimiter: ',', newline: '\n' },
    source: undefined,
    keyColumn: undefined,
    ...rest,
  };
  await appendPlacedRows(file, set, options);
  await set.dispose();
  await file.commit();
  return { text: await readText(file.path) };
}

const header = '"sf__Id","sf__Error",Name,Phone\n';
const headerOut = '"sf__Id","sf__Error","source__File","source__Row",Name,Phone\n';

it('matches group by group when there are more rows than are held at once', async () => {
  const rows = Array.from({ length: 10 }, (_, index) => `Name ${index},${index}\n`);
  const source = sourceOf(`Name,Phone\n${rows.join('')}`);
  const body = rows.toReversed().map((row) => `"","E:x:--",${row}`);
  const { text } = await append(header + body.join(''), { source, groupRows: 3 });
  const places = text.trim().split('\n').slice(1);
  expect(places.map((line) => Number(line.split(',')[3]))).toEqual([8, 9, 10, 5, 6, 7, 2, 3, 4, 1]);
  expect(source.scans).toBe(4);
});

it('puts rows in the order of the input, those without a place last', async () => {
  const source = sourceOf('Name,Phone\nAcme,1\nBolt,2\nCord,3\n');
  const rows = ['Zinc,9', 'Cord,3', 'Acme,1', 'Bolt,2'].map((row) => `"","E:x:--",${row}\n`);
  const { text } = await append(header + rows.join(''), { source });
  const places = text.trim().split('\n').slice(1);
  expect(places.map((line) => line.split(',')[3])).toEqual(['1', '2', '3', '']);
});

it('puts the row in the order of the upload when the results have another', async () => {
  const source = sourceOf('Name,Phone\nAcme,1\nBolt,2\n');
  const { text } = await append('"sf__Id","sf__Error",Phone,Name\n"","E:x:--","2.0","Bolt"\n', { source });
  expect(text).toBe(`${headerOut}"","E:x:--",accounts.csv,2,"Bolt","2.0"\n`);
});

it('writes the delimiter of the load although the results came with another', async () => {
  const source = sourceOf('Name,Phone\nAcme;Co,1\n');
  const layout = { columns: ['Name', 'Phone'], delimiter: ';', newline: '\r\n' };
  const { text } = await append(`${header}"","E:x; y:--",Acme;Co,"1"\n`, { source, layout });
  expect(text).toBe(
    `${headerOut.trimEnd().replaceAll(',', ';')}\r\n"";"E:x; y:--";accounts.csv;1;"Acme;Co";"1"\r\n`,
  );
});

it('quotes a file name that needs it', async () => {
  const source = sourceOf('Name,Phone\nAcme,1\n', 'north, "new".csv');
  const { text } = await append(`${header}"","E:x:--","Acme","1"\n`, { source });
  expect(text).toBe(`${headerOut}"","E:x:--","north, ""new"".csv",1,"Acme","1"\n`);
});

it('matches by content when the key is no column of the results', async () => {
  const source = sourceOf('Name,Phone\nAcme,1\nBolt,2\n');
  const { text } = await append(`${header}"","E:x:--","Bolt","2"\n`, { source, keyColumn: 'Ext__c' });
  expect(text).toContain('accounts.csv,2');
});

it('writes rows that their errors can be counted by, each with its place and its columns', async () => {
  const source = sourceOf(`Name,Phone\nAcme,1\n"Two\nlines",2\n${'n'.repeat(300)},3\n`);
  const body = `${header}"001","E:x 1:Name --","Acme","1"\n"","E:x 2:Name --","gone","9"\n"","F:y:--","${'n'.repeat(300)}","3"\n`;
  const { text } = await append(body, { source });
  const errors = new ErrorGroups();
  await countErrors(chunksOf(text), ',', errors);
  expect(errors.report()).toMatchObject([
    { code: 'E', message: 'x …', count: 2, sample: { file: 'accounts.csv', row: 1, id: '001' } },
    { code: 'F', count: 1, sample: { row: 3, values: { Name: `${'n'.repeat(200)}…`, Phone: '3' } } },
  ]);
});
