import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { planOf, uploadsOf } from './support.ts';

const object = fakeObject('Account', '001', [
  fakeField('Name', { nillable: false }),
  fakeField('Count__c', { type: 'int' }),
  fakeField('Site'),
]);
const aside = { preflight: true, setAsideInvalid: true } as const;
const lead = '"sf__Id","sf__Error","source__File","source__Row",Name,Count__c';

async function setAsideOf({ setAside }: { readonly setAside?: { readonly path: string } }): Promise<string> {
  return setAside === undefined ? '' : readFile(setAside.path, 'utf8');
}

describe('invalid rows that are set aside', () => {
  test('are not sent, and are in a file of failed records with the reason and their place', async () => {
    const contents = { 'a.csv': 'Name,Count__c\na,1\n,x\n\n,\n"b, b",y\nc,3\n' };
    const { plan, warnings } = await planOf(contents, aside, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Count__c\na,1\nc,3\n']);
    expect(plan).toMatchObject({ rows: 2, setAside: { rows: 2, byFile: { 'a.csv': 2 } } });
    const [header, ...rows] = (await setAsideOf(plan)).trimEnd().split('\n');
    expect(header).toBe(lead);
    expect(rows).toEqual([
      expect.stringMatching(
        /^,"NOT_SENT: Name: ""Name"" is required.* Count__c: ""x"" is not a number.*",a.csv,2,,x$/,
      ),
      expect.stringMatching(/^,"NOT_SENT: Count__c: ""y"" is not a number.*",a.csv,4,"b, b",y$/),
    ]);
    expect(warnings.map(({ message }) => message).join()).toMatch(/2 invalid rows of a.csv are set aside/);
  });

  test.each<[string, string | Buffer]>([
    ['a.json', '[{"Name":"a","Count__c":1},{"Name":"b","Count__c":"x"}]'],
    ['a.ndjson', '{"Name":"a","Count__c":1}\n{"Name":"b","Count__c":"x"}\n'],
    ['a.csv.gz', gzipSync('Name,Count__c\na,1\nb,x\n')],
    ['a.csv', Buffer.from('\uFEFFName;Count__c\r\na;1\r\nb;x\r\n', 'utf16le')],
  ])('may be of any format: %s', async (name, content) => {
    const { plan } = await planOf({ [name]: content }, aside, [object]);
    expect((await uploadsOf(plan)).join('')).toMatch(/^Name[,;]Count__c\r?\na[,;]1\r?\n$/);
    expect(await setAsideOf(plan)).toMatch(new RegExp(`NOT_SENT.*${name}.2.b.x`));
  });

  test.each(['a.json', 'a.ndjson'])('may be records with a value that no cell can hold: %s', async (name) => {
    const records = [
      { Name: 'a', Count__c: 1 },
      { Name: [{ deep: true }], Count__c: {} },
      { Name: 'c', NAME: 'd', Count__c: 3 },
      { Name: ['x;y'] },
      { Name: 'e', Count__c: 'x' },
      { Name: 'f', Count__c: 6 },
    ].map((record) => JSON.stringify(record));
    const content = name === 'a.json' ? `[${records.join()}]` : records.join('\n');
    for (const preflight of [true, false]) {
      const { plan } = await planOf({ [name]: content }, { ...aside, preflight }, [object]);
      expect((await uploadsOf(plan)).join('')).toBe(`Name,Count__c\na,1\n${preflight ? '' : 'e,x\n'}f,6\n`);
      const rows = (await setAsideOf(plan)).trimEnd().split('\n').slice(1);
      expect(rows).toHaveLength(preflight ? 4 : 3);
      expect(rows[0]).toMatch(
        /^,"NOT_SENT: The record cannot be a row: Name is a list;.* Count__c is an object without fields\.",a\.\w+,2,"NOT_SENT: \[\{""deep"":true\}\]",NOT_SENT: \{\}$/,
      );
      expect(rows[1]).toMatch(/has NAME twice, in different spellings\..*,3,NOT_SENT: c or d,3$/);
      expect(rows[2]).toMatch(/,4,"NOT_SENT: \[""x;y""\]",$/);
    }
  });

  test('are refused with the way out named when they are not to be set aside', async () => {
    const refusal = await failureOf<InputError>(planOf({ 'a.json': '[{"Name":[1]}]' }, {}, [object]));
    expect(refusal.actions.join()).toContain('--set-aside-invalid');
  });

  test('are not records whose odd value is in a column that is not sent', async () => {
    const content = '[{"Name":"a","Meta":[1]},{"Name":"b","Meta":{}}]';
    const mapped = { columns: { mapping: parseMapRules(['Meta=']) } };
    const unknown = { columns: { ignoreUnknown: true } };
    for (const columns of [mapped, unknown]) {
      const { plan } = await planOf({ 'a.json': content }, { preflight: true, ...columns }, [object]);
      expect((await uploadsOf(plan)).join('')).toBe('Name\na\nb\n');
    }
  });

  test('may come from a stream', async () => {
    const inputs = [
      { name: 'standard input', stream: Readable.from([Buffer.from('Name,Count__c\na,1\nb,x\n')]) },
    ];
    const { plan } = await planOf({}, { ...aside, inputs }, [object]);
    expect(plan).toMatchObject({ rows: 1, setAside: { rows: 1 } });
  });

  test('have the columns and values that would be sent', async () => {
    const columns = { emptyAsNull: true, mapping: parseMapRules(['N=Name', 'Notes=', '"here"=Site']) };
    const { plan } = await planOf({ 'a.csv': 'Notes;Count__c;N\nx;y;a\nx;;b\n' }, { ...aside, columns }, [
      object,
    ]);
    expect(await uploadsOf(plan)).toEqual(['Count__c;Name;Site\n#N/A;b;here\n']);
    expect(await setAsideOf(plan)).toMatch(/;a.csv;1;y;a;here\n$/);
  });

  test('may be of several files, and may be all rows', async () => {
    const contents = { 'a.csv': 'Name,Count__c\na,x\n', 'b.csv': 'Count__c,Name\ny,b\n' };
    const { plan } = await planOf(contents, aside, [object]);
    expect(plan).toMatchObject({ rows: 0, parts: [], setAside: { rows: 2 } });
    expect((await setAsideOf(plan)).split('\n').slice(1)).toEqual([
      expect.stringMatching(/,a.csv,1,a,x$/),
      expect.stringMatching(/,b.csv,1,b,y$/),
      '',
    ]);
  });

  test('are none in a valid file, which is sent as it is', async () => {
    const { plan } = await planOf({ 'a.csv': 'Name,Count__c\na,1\n' }, aside, [object]);
    expect(plan.setAside).toBeUndefined();
    expect(plan.sources[0]?.spooled).toBe(false);
  });

  test('are not those of a file whose columns are wrong', async () => {
    expect(await failureOf(planOf({ 'a.csv': 'Name,No\na,1\n' }, aside, [object]))).toBeInstanceOf(
      InputError,
    );
  });

  test('are refused without it, and the ways out are named', async () => {
    const refusal = await failureOf<InputError>(
      planOf({ 'a.csv': 'Name,Count__c\na,x\n' }, { preflight: true }, [object]),
    );
    expect(refusal.actions.join()).toMatch(/--set-aside-invalid.*--no-preflight/);
  });
});

describe('rows that are not sound CSV', () => {
  test.each([
    ['too many values', 'b,2,3', /3 values where the header has 2. The line is: b,2,3"?,a.csv,2,,$/],
    ['too few values', 'b', /1 value where the header has 2. The line is: b"?,a.csv,2,,$/],
    ['a quote in a value', '5" pipe,2', /There is a quote inside a value.*"?,a.csv,2,"5"" pipe",2$/],
    ['several of them', '6\' 2", 5" pipe",2', /There is a quote inside.*The line is: 6' 2"".*"?,a.csv,2,,$/],
    [
      'text after a quote',
      '"the "big" one",2',
      /Text follows.*The line is: ""the ""big"" one"",2"?,a.csv,2,,$/,
    ],
    ['a carriage return', 'b\rc,2', /carriage return.*"?,a.csv,2,"b\rc",2$/],
    ['a long value', `${'x'.repeat(140_000)},2`, /140000 characters.*"?,a.csv,2,x{140000},2$/],
    ['the mark of an end of file', '\u001A', /Ctrl-Z/],
    ['a broken value that is not sent, beside empty ones', ',5"y', /quote inside/],
    ['a NUL', 'b\0,2', /NUL byte. The line is: b\uFFFD,2",a.csv,2,,$/],
    ['a NUL in a value over two lines', '"b\n\0c",2', /The line is: ""b \uFFFDc"",2",a.csv,2,,$/],
  ])('are set aside where it is certain where they end: %s', async (_, line, expected) => {
    const contents = { 'a.csv': `Name,Count__c\na,1\n${line}\n"c",3\n,x\nd,4\n` };
    const { plan } = await planOf(contents, aside, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Count__c\na,1\n"c",3\nd,4\n']);
    const kept = await setAsideOf(plan);
    expect(kept).toMatch(new RegExp(expected.source, 'm'));
    expect(plan).toMatchObject({ rows: 3, setAside: { rows: 2 } });
    const again = await planOf({ 'b.csv': kept }, { ...aside, preflight: false }, [object]);
    expect(again.plan.columns).toEqual(['Name', 'Count__c']);
  });

  test('may come from a stream, and without a check of values', async () => {
    const inputs = [
      { name: 'standard input', stream: Readable.from([Buffer.from('Name,Count__c\na\nb,x\n')]) },
    ];
    const { plan } = await planOf({}, { ...aside, preflight: false, inputs }, [object]);
    expect(plan).toMatchObject({ rows: 1, setAside: { rows: 1 } });
  });

  test('may be beside keys that are compared', async () => {
    const contents = { 'a.csv': 'Ext__c,Name\n1,a\n2\n1,c\n' };
    const keyed = fakeObject('Account', '001', [
      ...object.fields,
      fakeField('Ext__c', { externalId: true, idLookup: true }),
    ]);
    const request = { ...aside, operation: 'upsert', externalId: 'Ext__c' } as const;
    const { plan, warnings } = await planOf(contents, request, [keyed]);
    expect(plan).toMatchObject({ rows: 2, setAside: { rows: 1 } });
    expect(warnings.map(({ code }) => code)).toEqual(['SET_ASIDE', 'DUPLICATE_KEY']);
  });

  test.each([
    ['a quote that is not closed', '"b,2\nc,3\n'],
    ['a quote behind a blank that may be closed in a later line', 'b, "c\nd,4\ne",5\n'],
    ['a quote in a quoted value that goes on', '"5" pipe, c\nd,4\ne",5\n'],
    ['a quoted value that may go on', '"a "b" c,2\nd,4\n'],
    ['a value over several lines beside too many', '"b\nc",2,3\n'],
  ])('refuse the file where it is not: %s', async (_, text) => {
    const refusal = await failureOf<InputError>(
      planOf({ 'a.csv': `Name,Count__c\na,1\n${text}` }, aside, [object]),
    );
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal.actions.join()).not.toContain('add --set-aside-invalid');
    expect(refusal.actions.at(-1)).toContain("isn't certain where such a row ends");
  });

  test('are refused without the flag, which is named where it helps', async () => {
    const actionsOf = async (text: string) =>
      (await failureOf<InputError>(planOf({ 'a.csv': text }, { preflight: true }, [object]))).actions.join();
    expect(await actionsOf('Name,Count__c\na,1,2\nb,1\n')).toMatch(/--set-aside-invalid/);
    expect(await actionsOf('Name,Count__c\na,1,2\n"b,1\n')).not.toMatch(/--set-aside-invalid/);
  });
});

test('however rows are mixed, each is sent or set aside, once', async () => {
  const row = fc.constantFrom('good', 'bad', 'broken', 'empty');
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), async (rows, most) => {
      const lines = rows.map((kind, at) =>
        kind === 'empty' ? ',' : `n${at + 1},${{ good: at, bad: 'x', broken: `5",` }[kind]}`,
      );
      const limits = { maxJobBytes: 100_000_000, maxRowsPerJob: most, concurrency: 4 };
      const { plan } = await planOf(
        { 'a.csv': ['Name,Count__c', ...lines].join('\n') },
        { ...aside, limits },
        [object],
      );
      const named = (text: string) => (text.match(/n\d+(?=,)/g) ?? []).map((name) => Number(name.slice(1)));
      const numbers = (...kinds: string[]) =>
        rows.flatMap((each, at) => (kinds.includes(each) ? [at + 1] : []));
      expect(named((await uploadsOf(plan)).join(''))).toEqual(numbers('good'));
      const kept = await setAsideOf(plan);
      expect(named(kept)).toEqual(numbers('bad', 'broken'));
      expect((kept.match(/,a\.csv,\d+/g) ?? []).map((place) => Number(place.slice(7)))).toEqual(
        numbers('bad', 'broken'),
      );
      expect([plan.rows, plan.setAside?.rows ?? 0]).toEqual([
        numbers('good').length,
        numbers('bad', 'broken').length,
      ]);
    }),
    { numRuns: 60 },
  );
});
