import { join } from 'node:path';
import { Readable } from 'node:stream';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { longId } from '../../../../src/lib/api/identifiers.js';
import { InputError } from '../../../../src/lib/errors.js';
import { IdCollector, IdList, longIdsOf, placeIn } from '../../../../src/lib/export/ids/id-list.js';
import { readIds } from '../../../../src/lib/export/ids/read-ids.js';
import { account } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const short = ['0010000000000Zz', '001000000000001', '0010000000000aB'];
const long = short.map(longId);
const sorted = [long[1], long[0], long[2]];

async function idsOf(content: string | Buffer, name = 'ids.csv') {
  const folder = await tempFolder();
  const path = join(folder, name);
  await writeFile(path, content);
  return collect({ name, path }, folder);
}

async function collect(input: Parameters<typeof readIds>[0], folder: string) {
  const collector = new IdCollector(join(folder, 'sort'));
  try {
    const describe = { ...account, keyPrefix: '001' };
    await readIds(input, collector, { describe, spoolPath: join(folder, 'spool'), signal: undefined });
    const count = await collector.write(join(folder, 'ids'));
    const asked = await Array.fromAsync(new IdList(join(folder, 'ids'), count).ids());
    return { taken: collector.taken, ids: asked.map(({ id }) => id), rows: asked.map(({ row }) => row) };
  } finally {
    collector.close();
  }
}

test.each([
  ['a list of one id a line', long.join('\n')],
  ['with Windows line endings, blank lines and blanks', `${long[0]}\r\n\r\n ${long[1]} \r\n${long[2]}\r\n`],
  ['of 15 characters', short.join('\n')],
  ['a column Id', `Name,Id\nx,${long.join('\ny,')}\n`],
  ['with semicolons, quotes and a byte order mark', `\uFEFF"ID";"Name"\n"${long.join('";"a"\n"')}";"b"\n`],
  [
    'a result file of a load',
    `"sf__Id","sf__Created","Name"\n"${long.join('","true","x"\n"')}","true","x"\n`,
  ],
  ['JSON', JSON.stringify(long.map((Id) => ({ Id, Name: 'x' })))],
])('%s', async (_, content) => {
  expect(await idsOf(content)).toEqual({ taken: 3, ids: sorted, rows: [2, 1, 3] });
});

test.each(['Id,Id', 'ID,Name,id'])('a header with two columns of ids is refused: %s', async (header) => {
  const cells = header.split(',').map(() => long[0]);
  const error = await failureOf(idsOf(`${header}\n${cells.join()}\n`));
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).toContain('which of them has the ids');
});

test('a compressed file, and a stream', async () => {
  expect((await idsOf(gzipSync(long.join('\n')), 'ids.txt.gz')).ids).toEqual(sorted);
  const stream = Readable.from([Buffer.from(`Id\n${long.join('\n')}`)]);
  expect((await collect({ name: 'standard input', stream }, await tempFolder())).ids).toEqual(sorted);
});

test('an id that comes again, in whichever form, counts once, with its first row', async () => {
  const rows = [long[0], short[1], short[0], long[1], long[2]].join('\n');
  expect(await idsOf(`Id\n${rows}\n`)).toEqual({ taken: 5, ids: sorted, rows: [2, 1, 5] });
});

test('what is no id of the object is refused, with each row', async () => {
  const changedCase = `${short[2]?.toLowerCase()}${long[2]?.slice(15)}`;
  const rows = [long[0], '0010', longId('003000000000001'), changedCase, '', long[1]];
  const error = await failureOf<InputError>(idsOf(`Id,Name\n${rows.map((id) => `${id},x`).join('\n')}\n`));
  expect(error).toBeInstanceOf(InputError);
  expect(error.problems.map(({ code, row, column, file }) => [code, row, column, file])).toEqual([
    ['BAD_ID', 2, 'Id', 'ids.csv'],
    ['WRONG_OBJECT', 3, 'Id', 'ids.csv'],
    ['BAD_ID', 4, 'Id', 'ids.csv'],
    ['EMPTY_ID', 5, 'Id', 'ids.csv'],
  ]);
});

test.each([
  ['AccountId,Name\n1,2\n', 'NO_ID_COLUMN'],
  ['Identifier\n001000000000001\n', 'NO_ID_COLUMN'],
  ['Id\n', 'EMPTY_FILE'],
  ['', 'EMPTY_FILE'],
  [`Id\n"${long[0]}\n`, 'NOT_CSV'],
])('%j is refused as %s', async (content, code) => {
  const error = await failureOf<InputError>(idsOf(content));
  expect(error.problems).toMatchObject([{ code, file: 'ids.csv' }]);
});

test('more ids than are sorted at once come back in order, and each is found in its slice', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'many');
  const many = Array.from(
    { length: 10_000 },
    (_, index) => `0010000000${String((index * 7919) % 10_000).padStart(5, '0')}`,
  );
  await writeFile(path, many.join('\n'));
  const { ids } = await collect({ name: 'many', path }, folder);
  expect(ids).toEqual([...many].sort().map(longId));
  const slice = await new IdList(join(folder, 'ids'), 10_000).slice(5000, 5004);
  expect(longIdsOf(slice)).toEqual(ids.slice(5000, 5004));
  expect(placeIn(slice, slice.subarray(8, 11))).toBe(2);
  expect(placeIn(slice, new Uint32Array(3))).toBe(-1);
});
