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
    expect(plan).toMatchObject({ rows: 2, setAside: { rows: 2 } });
    const [header, ...rows] = (await setAsideOf(plan)).trimEnd().split('\n');
    expect(header).toBe(lead);
    expect(rows).toEqual([
      expect.stringMatching(
        /^,"NOT_SENT: Name: New records need .* Count__c: ""x"" is not a number.*",a.csv,2,,x$/,
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

  test('are not those of a file whose structure or columns are wrong', async () => {
    for (const text of ['Name,Count__c\na,1,2\n', 'Name,No\na,1\n']) {
      expect(await failureOf(planOf({ 'a.csv': text }, aside, [object]))).toBeInstanceOf(InputError);
    }
  });

  test('are refused without it, and the ways out are named', async () => {
    const refusal = await failureOf<InputError>(
      planOf({ 'a.csv': 'Name,Count__c\na,x\n' }, { preflight: true }, [object]),
    );
    expect(refusal.actions.join()).toMatch(/--set-aside-invalid.*--no-preflight/);
  });
});

test('however rows are mixed, each is sent or set aside, once', async () => {
  const row = fc.constantFrom('good', 'bad', 'empty');
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), async (rows, most) => {
      const lines = rows.map((kind, at) =>
        kind === 'empty' ? ',' : `n${at + 1},${kind === 'good' ? at : 'x'}`,
      );
      const limits = { maxJobBytes: 100_000_000, maxRowsPerJob: most, concurrency: 4 };
      const { plan } = await planOf(
        { 'a.csv': ['Name,Count__c', ...lines].join('\n') },
        { ...aside, limits },
        [object],
      );
      const named = (text: string) => (text.match(/n\d+(?=,)/g) ?? []).map((name) => Number(name.slice(1)));
      const numbers = (kind: string) => rows.flatMap((each, at) => (each === kind ? [at + 1] : []));
      expect(named((await uploadsOf(plan)).join(''))).toEqual(numbers('good'));
      const kept = await setAsideOf(plan);
      expect(named(kept)).toEqual(numbers('bad'));
      expect((kept.match(/,a\.csv,\d+/g) ?? []).map((place) => Number(place.slice(7)))).toEqual(
        numbers('bad'),
      );
      expect([plan.rows, plan.setAside?.rows ?? 0]).toEqual([numbers('good').length, numbers('bad').length]);
    }),
    { numRuns: 60 },
  );
});
