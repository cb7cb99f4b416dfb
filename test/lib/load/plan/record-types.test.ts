import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { planOf, uploadsOf } from './support.ts';

function recordOf(type: string, name: string) {
  const attributes = { type, url: `/services/data/v60.0/sobjects/${type}/x` };
  return { attributes, Name: name, Parent: { attributes: { type: 'User' }, Ext__c: 'x' } };
}

const records = [recordOf('Contact', 'a'), recordOf('account', 'b'), recordOf('Contact', 'c'), { Name: 'd' }];
const warning =
  '2 records of %s have another type in "attributes" than Account, into which they are loaded: Contact (2).';

test.each([
  ['a.json', JSON.stringify({ status: 0, result: { records, totalSize: 4, done: true } })],
  ['a.ndjson', records.map((record) => JSON.stringify(record)).join('\n')],
])('records of another object are loaded with a warning that counts them: %s', async (name, content) => {
  const { plan, warnings } = await planOf({ [name]: content });
  expect(await uploadsOf(plan)).toEqual(['Name,Parent.Ext__c\na,x\nb,x\nc,x\nd,\n']);
  expect(warnings).toMatchObject([
    { code: 'OTHER_OBJECT', file: name, message: warning.replace('%s', name) },
  ]);
});

test('records of a program are counted, too', async () => {
  const inputs = [{ name: 'records', records: Readable.from(records) }];
  const { warnings } = await planOf({}, { inputs });
  expect(warnings.map(({ message }) => message)).toEqual([warning.replace('%s', 'records')]);
});

test('a few of very many objects are named', async () => {
  const types = Array.from({ length: 8 }, (_, index) => `Thing${index}__c`);
  const content = JSON.stringify(types.map((type) => recordOf(type, 'a')));
  const { warnings } = await planOf({ 'a.json': content });
  expect(warnings[0]?.message).toMatch(/^8 records .* Thing0__c \(1\), .*Thing4__c \(1\), others \(3\)\.$/);
});

test('records of the object of the load, and of none, need no warning', async () => {
  const content = JSON.stringify([
    recordOf('Account', 'a'),
    { attributes: 'text', Name: 'b' },
    { Name: 'c' },
  ]);
  const { warnings } = await planOf({ 'a.json': content });
  expect(warnings).toEqual([]);
});
