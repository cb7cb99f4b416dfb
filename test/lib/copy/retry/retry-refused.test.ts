import { readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { longId } from '../../../../src/lib/api/identifiers.js';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { CopyStatus } from '../../../../src/lib/copy/model/status.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { SharedTargetError } from '../../../../src/lib/copy/model/errors.js';
import { InputError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import {
  contacts,
  copyCircle,
  copyOrgs,
  edit,
  failedFile,
  failing,
  id,
  links,
  type CopyOrgs,
  type Records,
} from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

/** Eight accounts with keys, the last two of them below the others. */
const keyed = Array.from({ length: 8 }, (_, index) => ({
  Id: id('001', index),
  Name: `Account ${index}`,
  External_Id__c: `E${index}`,
  ParentId: index < 6 ? null : id('001', index - 6),
}));
const byKey: CopyPlanFile = {
  objects: [{ object: 'Account', key: ['External_Id__c'] }, { object: 'Contact' }],
};
const byName: CopyPlanFile = { objects: [{ object: 'Account', key: ['Name'] }] };

type Failed = { readonly orgs: CopyOrgs; readonly status: CopyStatus; readonly path: string };

/** @param names of accounts that fail, until the copy has ended */
async function failed(
  plan: CopyPlanFile,
  names: readonly string[],
  { source = keyed, target = [] }: { readonly source?: Records; readonly target?: Records } = {},
): Promise<Failed> {
  const orgs = await copyOrgs({ Account: source, Contact: contacts(8, 8) });
  orgs.target.database.load('Account', target);
  await orgs.target.faults.add(failing('Name', names));
  const status = await orgs.copy(plan);
  await orgs.target.faults.clear();
  return { orgs, status, path: pathIn(status) };
}

/** The last file of failed rows of any step. */
function pathIn(status: CopyStatus): string {
  const step = status.steps.findIndex(({ counts }) => (counts?.failed ?? 0) > 0);
  return failedFile(status, step);
}

function retry({ orgs, status }: Pick<Failed, 'orgs' | 'status'>): Promise<CopyStatus> {
  const { runId } = status;
  return resumeCopy({ runId }, { events: new Events<CopyEvents>(), isRetry: true }, orgs.contexts);
}

/** Retries with the file changed: it must be refused. @returns what it says */
async function refusal(failure: Failed, change: (text: string) => string): Promise<string> {
  const { orgs, path } = failure;
  const before = await readFile(path, 'utf8');
  const jobs = (await orgs.target.jobs()).length;
  await writeFile(path, change(before));
  expect(change(before)).not.toBe(before);
  const error = await failureOf(retry(failure));
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).toContain(path);
  expect(await orgs.target.jobs()).toHaveLength(jobs);
  await writeFile(path, before);
  return error.message;
}

/** Sets a cell of the row with some text; no cell has commas. */
const withCell = (mark: string, column: string, value: string) => (text: string) => {
  const lines = text.split('\n');
  const at = (lines[0] ?? '').replaceAll('"', '').split(',').indexOf(column);
  return lines
    .map((line) => (line.includes(mark) ? line.split(',').with(at, value).join(',') : line))
    .join('\n');
};

const source = (index: number): string => longId(id('001', index));
const namesIn = async ({ target }: CopyOrgs): Promise<string[]> =>
  (await target.records('Account')).map(({ Name }) => String(Name)).toSorted();
const allNames = keyed.map(({ Name }) => Name);

describe('a row that a person has given the key of another record of the copy', () => {
  test('is refused where that record is loaded, held, or fixed too', async () => {
    const failure = await failed(byKey, ['Account 0', 'Account 1']);
    expect(failure.status.totals).toMatchObject({ failed: 2, held: 6 });
    const taken = await refusal(failure, (text) => text.replace('E1', 'E5'));
    expect(taken).toContain('row 2, column External_Id__c');
    expect(taken).toContain(source(5));
    // Account 6 is held below Account 0.
    expect(await refusal(failure, (text) => text.replace('E0', 'e6'))).toContain(source(6));
    const both = await refusal(failure, (text) => text.replace('E0', 'X').replace('E1', 'X'));
    expect(both).toContain(source(0));
    expect(both).toContain(source(1));
    await edit(failure.path, (text) => text.replace('E0', 'E1x').replace('E1,', 'E0,'));
    expect((await retry(failure)).totals).toMatchObject({ successful: 16, failed: 0, held: 0 });
    expect(await namesIn(failure.orgs)).toEqual(allNames);
  });

  test('is refused where a retry before has given it to that record', async () => {
    const failure = await failed(byKey, ['Account 0', 'Account 1']);
    await failure.orgs.target.faults.add(failing('Name', ['Account 1']));
    await edit(failure.path, (text) => text.replace('E0', 'New'));
    const status = await retry(failure);
    await failure.orgs.target.faults.clear();
    const again = { ...failure, status, path: pathIn(status) };
    expect(await refusal(again, (text) => text.replace('E1', 'NEW'))).toContain(source(0));
    // Nothing has the key any more.
    await edit(again.path, (text) => text.replace('E1', 'E0'));
    expect((await retry(again)).totals).toMatchObject({ successful: 16, failed: 0 });
  });

  test('is refused where the command matches the records, and the row is a new one', async () => {
    const failure = await failed(byName, ['Account 3']);
    expect(await refusal(failure, (text) => text.replace('Account 3', 'Account 4'))).toContain(source(4));
  });

  test('is refused where the key has a lookup, in the ids of the target', async () => {
    const people = contacts(4, 2).map((each, index) => ({ ...each, LastName: `No ${index}` }));
    const orgs = await copyOrgs({ Account: keyed.slice(0, 2), Contact: people });
    await orgs.target.faults.add(failing('LastName', ['No 2']));
    const status = await orgs.copy({
      objects: [
        { object: 'Account', key: ['Name'] },
        { object: 'Contact', key: ['AccountId', 'LastName'] },
      ],
    });
    const failure = { orgs, status, path: pathIn(status) };
    await orgs.target.faults.clear();
    // Of the same account.
    expect(await refusal(failure, (text) => text.replace('No 2', 'No 0'))).toContain(longId(id('003', 0)));
    // Of another one.
    await edit(failure.path, (text) => text.replace('No 2', 'No 1'));
    expect((await retry(failure)).totals).toMatchObject({ successful: 6, failed: 0 });
  });
});

describe('a row that a person has taken the key of', () => {
  test.each([
    ['by the org', byKey, 'External_Id__c', 'E1'],
    ['by the command', byName, 'Name', 'Account 1'],
  ])('is refused where records are matched %s', async (_, plan, column, key) => {
    const failure = await failed(plan, ['Account 0', 'Account 1']);
    const changes = ['', '""', '#N/A'].map((value) => withCell('Account 1', column, value));
    for (const change of changes) {
      const text = await refusal(failure, change);
      expect(text).toContain(`row 2, column ${column}`);
      expect(text).toContain('no key any more');
    }
    const renamed = await refusal(failure, (text) => text.replace(column, 'My notes'));
    expect(renamed).toContain(column);
    await edit(failure.path, (text) => text.replace(key, `${key}x`));
    expect((await retry(failure)).totals).toMatchObject({ failed: 0 });
  });

  test('is refused where an update would clear it, and sent where it leaves it as it is', async () => {
    const target = [{ Id: '001Tg0000000001', Name: 'Account 1', External_Id__c: 'E1', Site: 'old' }];
    const plan: CopyPlanFile = { objects: [{ object: 'Account', key: ['External_Id__c', 'Name'] }] };
    const failure = await failed(plan, ['Account 1'], { target });
    const withKey = (value: string) => (text: string) =>
      text.replace('"Account 1"', value).replace('"E1"', value);
    expect(await refusal(failure, withKey('#N/A'))).toContain('no key any more');
    await edit(failure.path, withKey(''));
    expect((await retry(failure)).totals).toMatchObject({ failed: 0 });
    expect(await namesIn(failure.orgs)).toEqual(allNames);
  });
});

test('a record of the target that two records of the source become is no success', async () => {
  const failure = await failed(byKey, ['Account 2']);
  const { target } = failure.orgs;
  const [first] = (await target.records('Account')).filter(({ Name }) => Name === 'Account 3');
  target.database.load('Account', [{ ...first, External_Id__c: 'E2' }]);
  const error = await failureOf<SharedTargetError>(retry(failure));
  expect(error).toBeInstanceOf(SharedTargetError);
  expect(error.actions.join()).toContain(`with --known-ids ${failure.status.plan.resultsDir}: nothing`);
  expect(error.message).toContain(`${source(2)} and ${source(3)} of Account`);
  expect(error.message).toContain(String(first?.Id));
  expect(error.actions.join()).toContain(`sf bulk2 job abort --id ${failure.status.runId}`);
  expect((await links(target, 'Contact', 'AccountId', 'Account'))['Contact 2']).toBeUndefined();
  expect(await failureOf(retry(failure))).toBeInstanceOf(SharedTargetError);
});

describe('the Id of a row to update', () => {
  const there = [0, 1, 2].map((index) => ({ Id: `001Tg000000000${index}`, Name: `Account ${index}` }));

  test('is that of the record it is known as: another one is refused, an empty one is filled', async () => {
    const target = there.map((each) => ({ ...each, Site: 'old' }));
    const failure = await failed(byName, ['Account 1', 'Account 2'], { target });
    const own = '001Tg0000000001';
    const text = await refusal(failure, withCell('Account 1', 'Id', '001Tg0000000000'));
    expect(text).toContain('column Id');
    expect(text).toContain(own);
    await edit(failure.path, withCell('Account 1', 'Id', ''));
    await edit(failure.path, withCell('Account 2', 'Id', longId('001Tg0000000002')));
    expect((await retry(failure)).totals).toMatchObject({ failed: 0 });
    expect(await namesIn(failure.orgs)).toEqual(allNames);
  });

  test('is that of the record in the update of lookups at the end, too', async () => {
    const { orgs, status } = await copyCircle([1, 0]);
    const failure = { orgs, status, path: pathIn(status) };
    const swapped = (text: string): string =>
      text.replace(/,(\w{15,18}),(\w{15,18}),(\w{18})$/m, ',$2,$1,$3');
    expect(await refusal(failure, swapped)).toContain('column Id');
    await edit(failure.path, (text) => text.replace(/,\w{15,18},(\w{15,18}),(\w{18})$/m, ',,$1,$2'));
    await retry(failure);
    const parents = await links(orgs.target, 'Shipment__c', 'Part_Of__c', 'Shipment__c');
    expect(parents).toEqual({ 'Shipment 0': 'Shipment 1', 'Shipment 1': 'Shipment 0' });
  });
});

describe('a row whose record is not the one it was of', () => {
  test('is refused where source__Row says another one', async () => {
    const failure = await failed(byKey, ['Account 0', 'Account 1']);
    const swap = (text: string): string =>
      text.replace(source(0), 'other').replace(source(1), source(0)).replace('other', source(1));
    const text = await refusal(failure, swap);
    expect(text).toContain('source__Row 1');
    expect(text).toContain('source__Row 2');
    await edit(failure.path, (rows) => rows.replaceAll(/Account\.csv,\d+/g, ','));
    expect((await retry(failure)).totals).toMatchObject({ successful: 16, failed: 0 });
  });

  test('is refused where no row of the copy is named, and the row is not what was sent', async () => {
    const failure = await failed(byKey, ['Account 0', 'Account 1']);
    const swap = (text: string): string =>
      text.replace(source(0), 'other').replace(source(1), source(0)).replace('other', source(1));
    for (const row of ['', '0', 'x', '99$1', '-1', '1.5']) {
      const text = await refusal(failure, (rows) => swap(rows).replaceAll(/csv,(\d+)/g, `csv,${row}`));
      expect(text).toContain('row 1, column source__Row');
      expect(text).toContain('row 2, column source__Row');
      expect(text).toContain('Put both back as they were.');
    }
    const without = (text: string): string =>
      swap(text)
        .replace('"source__Row",', '')
        .replaceAll(/csv,\d+,/g, 'csv,');
    expect(await refusal(failure, without)).toContain('column source__Row');
    const one = await refusal(failure, (text) =>
      text.replace(/csv,1\b/, 'csv,').replace('Account 0', 'Zero'),
    );
    expect(one).toContain(source(0));
    expect(one).not.toContain('row 2');
  });

  test('is taken without source__Row where its own Id in the target says which it is', async () => {
    const target = [{ Id: '001Tg0000000001', Name: 'Account 1', Site: 'old' }];
    const failure = await failed(byName, ['Account 1'], { target });
    const withoutRow = (text: string): string => text.replace(/csv,\d+/, 'csv,').replace('"E1"', 'New');
    const withoutId = (text: string): string => withCell('Account 1', 'Id', '')(withoutRow(text));
    expect(await refusal(failure, withoutId)).toContain('column source__Row');
    await edit(failure.path, withoutRow);
    expect((await retry(failure)).totals).toMatchObject({ failed: 0 });
  });

  test('is refused where that record has succeeded in the same step, and taken where it has since', async () => {
    const failure = await failed(byKey, ['Account 0', 'Account 1']);
    const succeeded = (text: string): string => text.replace(source(0), source(4)).replace(/csv,1\b/, 'csv,');
    expect(await refusal(failure, succeeded)).toContain(`"${source(4)}" is no record of Account that failed`);
    await failure.orgs.target.faults.add(failing('LastName', ['Contact 0']));
    const status = await retry(failure);
    expect(status.totals).toMatchObject({ failed: 1 });
    await failure.orgs.target.faults.clear();
    expect((await retry({ ...failure, status })).totals).toMatchObject({ successful: 16, failed: 0 });
  });
});

test('a column for the key of a parent is refused beside the one for its id, which the copy has sent', async () => {
  const orgs = await copyOrgs({ Account: keyed.slice(0, 2), Contact: contacts(4, 2) });
  await orgs.target.faults.add(failing('LastName', ['Contact 2']));
  const status = await orgs.copy({ objects: [{ object: 'Account' }, { object: 'Contact' }] });
  await orgs.target.faults.clear();
  const added = (text: string): string =>
    text.replace(/(?<=source__Id)\n(.*)/, ',Account.External_Id__c\n$1,E1');
  const text = await refusal({ orgs, status, path: pathIn(status) }, added);
  expect(text).toContain('column Account.External_Id__c: More than one column sets "AccountId"');
});

test('a folder in the place of a file of failed rows is refused with its path', async () => {
  const failure = await failed(byName, ['Account 3']);
  await rm(failure.path);
  await mkdir(failure.path);
  const error = await failureOf(retry(failure));
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).toContain(failure.path);
  expect(error.message).toContain('This is a folder');
});
