import { expect, test } from 'vitest';
import { planOf, sourceText, uploadsOf } from './support.ts';

test.each([
  ['commas', 'Name,Site\na,1\nb,2\n', 'COMMA', 'LF'],
  ['semicolons', 'Name;Site\na;1\nb;2\n', 'SEMICOLON', 'LF'],
  ['tabs and CRLF', 'Name\tSite\r\na\t1\r\nb\t2\r\n', 'TAB', 'CRLF'],
  ['no line ending after the last row', 'Name,Site\na,1\nb,2', 'COMMA', 'LF'],
])(
  "a file with %s is sent as it is, from the person's own file",
  async (_, content, delimiter, lineEnding) => {
    const { plan, folder } = await planOf({ 'a.csv': content });
    expect(plan).toMatchObject({ columnDelimiter: delimiter, lineEnding });
    expect(plan.sources).toEqual([expect.objectContaining({ spooled: false, path: `${folder}/a.csv` })]);
    const end = lineEnding === 'CRLF' ? '\r\n' : '\n';
    expect(await uploadsOf(plan)).toEqual([content.endsWith(end) ? content : content + end]);
  },
);

test.each([
  ['a delimiter that the service does not take', 'Name:Site\na:1\n"b,2":3\n', { delimiter: ':' }],
  ['mixed line endings', 'Name,Site\r\na,1\n"b,2",3\r\n', {}],
  ['blank lines between rows', 'Name,Site\na,1\n\n"b,2",3\n', {}],
])('a file with %s is written anew, and no cell of it changes', async (_, content, reading) => {
  const { plan } = await planOf({ 'a.csv': content }, { reading });
  expect(plan.sources).toEqual([expect.objectContaining({ spooled: true, name: 'a.csv' })]);
  const newline = plan.lineEnding === 'CRLF' ? '\r\n' : '\n';
  expect(await uploadsOf(plan)).toEqual([['Name,Site', 'a,1', '"b,2",3', ''].join(newline)]);
});

test('empty cells become #N/A where they shall clear fields', async () => {
  const { plan } = await planOf({ 'a.csv': 'Name,Site\na,\n"",1\n' }, { columns: { emptyAsNull: true } });
  expect(await sourceText(plan)).toBe('Name,Site\na,#N/A\n#N/A,1\n');
});

test('a file whose dialect differs from that of the first is written in the form of the first', async () => {
  const { plan } = await planOf({ 'a.csv': 'Name;Site\na;1\n', 'b.csv': 'Name,Site\r\n"b;c",2\r\n' });
  expect(await uploadsOf(plan)).toEqual(['Name;Site\na;1\n"b;c";2\n']);
});
