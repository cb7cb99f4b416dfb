import { describe, expect, test } from 'vitest';
import { InputError, UsageError, type RecordMapping, type RecordTemplate } from '../../../src/lib/index.js';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

const ways = [
  ['collections', { allowBulk: false }],
  ['bulk', { bulkThreshold: 0 }],
] as const;
const soql = 'SELECT Id FROM Account';

describe.each(ways)('over %s', (_, options) => {
  test.each<[string, RecordTemplate | RecordMapping]>([
    [
      'a template',
      { Phone: 12n, NumberOfEmployees: 5, Description: new Date('2026-01-02T03:04:05Z'), Fax: null },
    ],
    [
      'a mapping',
      () => ({ Phone: 12n, NumberOfEmployees: 5, Description: new Date('2026-01-02T03:04:05Z'), Fax: null }),
    ],
  ])('values are those of a load: %s', async (__, change) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, { Fax: '1' });
    const outcome = await bulk.update(soql, change, options);
    expect(outcome).toMatchObject({ successful: 2, failed: 0 });
    const [account] = await org.records('Account');
    expect(account).toMatchObject({
      Phone: '12',
      NumberOfEmployees: 5,
      Description: '2026-01-02T03:04:05.000Z',
    });
    expect(account?.Fax ?? null).toBeNull();
  });

  test('a Date in a date field is its UTC day, and any other time there is refused', async () => {
    const { org, bulk } = await openBulk();
    org.database.load('Opportunity', [{ Name: 'O', StageName: 'Prospecting', CloseDate: '2026-01-01' }]);
    const find = 'SELECT Id FROM Opportunity';
    const day = new Date('2026-03-01T00:00:00Z');
    await bulk.update(find, { CloseDate: day }, options);
    expect(await org.records('Opportunity')).toMatchObject([{ CloseDate: '2026-03-01' }]);
    const late = new Date('2026-03-01T23:00:00Z');
    await expect(bulk.update(find, { CloseDate: late }, options)).rejects.toThrow(UsageError);
    await expect(bulk.update(find, () => ({ CloseDate: late }), options)).rejects.toThrow(InputError);
    expect(await org.records('Opportunity')).toMatchObject([{ CloseDate: '2026-03-01' }]);
  });

  test.each<[string, unknown]>([
    ['an async function', () => Promise.resolve({ Phone: '2' })],
    ['a function that gives nothing', () => undefined],
    ['a function that gives null', () => null],
    ['a function that gives NaN', () => ({ NumberOfEmployees: Number.NaN })],
    ['a function that gives a Map', () => ({ Phone: new Map() })],
  ])('what is no change is refused, and nothing is changed: %s', async (__, change) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, { Phone: '1', NumberOfEmployees: 5 });
    const update = bulk.update(soql, change as RecordMapping, options);
    await expect(update).rejects.toThrow(InputError);
    await expect(update).rejects.toThrow(/^records of the query, row 1: [^\n]+$/);
    expect(await org.records('Account')).toMatchObject(Array(2).fill({ Phone: '1', NumberOfEmployees: 5 }));
    expect((await org.jobs()).filter(({ kind }) => kind === 'ingest')).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['undefined', undefined],
    ['a Map', new Map()],
    ['an object', { a: 1 }],
  ])('a template’s value that no field can have is refused: %s', async (__, value) => {
    const { org, bulk } = await openBulk();
    addAccounts(org, 2, { NumberOfEmployees: 5 });
    const template = { NumberOfEmployees: value } as RecordTemplate;
    await expect(bulk.update(soql, template, options)).rejects.toThrow(UsageError);
    expect(await org.records('Account')).toMatchObject(Array(2).fill({ NumberOfEmployees: 5 }));
  });
});

test('a job that failed as a whole says why in the result of each record', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 2);
  const action = { kind: 'fail-job', afterBatches: 0, errorMessage: 'InternalServerError : oops' } as const;
  await org.faults.add({ endpoint: 'ingest.process', action });
  const outcome = await bulk.update(soql, { Phone: '1' }, { bulkThreshold: 0 });
  const results = await outcome.toArray();
  expect(results).toHaveLength(2);
  for (const { errors } of results) expect(errors[0]?.message).toContain('InternalServerError : oops');
});
