import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { copyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

type Field = Readonly<Record<string, unknown>>;

const name = { name: 'Name', type: 'string', length: 80, nameField: true, defaultedOnCreate: true };
const amount = { name: 'Amount__c', type: 'currency', precision: 18, scale: 2 };
const currency = {
  name: 'CurrencyIsoCode',
  type: 'picklist',
  nillable: true,
  defaultedOnCreate: true,
  picklistValues: [{ value: 'EUR' }, { value: 'USD', defaultValue: true }],
};
const text = (field: string): Field => ({ name: field, type: 'string', length: 80 });
const lookup = (field: string, to: string): Field => ({
  name: field,
  type: 'reference',
  referenceTo: [to],
  relationshipName: field.replace('__c', '__r'),
});

/** Two orgs with an object of their own, of these fields. */
async function orgsWith(inSource: readonly Field[], inTarget: readonly Field[]) {
  const folder = await tempFolder();
  const orgWith = async (org: string, fields: readonly Field[]) => {
    const path = join(folder, `${org}.json`);
    const schema = { name: 'Deal__c', label: 'Deal', labelPlural: 'Deals', keyPrefix: 'a10' };
    await writeFile(path, JSON.stringify({ ...schema, fields: [name, ...fields] }));
    return { schema: [path] };
  };
  const options = { source: await orgWith('source', inSource), target: await orgWith('target', inTarget) };
  const orgs = await copyOrgs({}, options);
  const planned = async (more: Partial<ObjectPlan> = {}) =>
    (await orgs.plan({ objects: [{ object: 'Deal__c', ...more }, { object: 'Account' }] })).objects.find(
      ({ object }) => object === 'Deal__c',
    );
  return planned;
}

describe('amounts', () => {
  test('of a source with several currencies are told where the target has one', async () => {
    const planned = await orgsWith([amount, currency], [amount]);
    expect((await planned())?.amounts).toEqual({ fields: ['Amount__c'], hasSeveral: 'source' });
    expect((await planned({ except: ['Amount__c'] }))?.amounts).toBeUndefined();
  });

  test('are told where the target has several currencies and none is sent', async () => {
    const planned = await orgsWith([amount], [amount, currency]);
    expect((await planned())?.amounts).toEqual({ fields: ['Amount__c'], hasSeveral: 'target' });
    expect((await planned({ set: { CurrencyIsoCode: 'EUR' } }))?.amounts).toBeUndefined();
  });

  test('that are sent with their currency are not told', async () => {
    const planned = await orgsWith([amount, currency], [amount, currency]);
    expect((await planned())?.amounts).toBeUndefined();
    const lost = { fields: ['Amount__c'], hasSeveral: 'target' };
    expect((await planned({ except: ['CurrencyIsoCode'] }))?.amounts).toEqual(lost);
    expect((await planned({ key: ['Name'], operation: 'reference' }))?.amounts).toBeUndefined();
  });

  test('whose currency is that of a parent in the target are not told', async () => {
    const planned = await orgsWith([amount], [amount, { ...currency, createable: false }]);
    expect((await planned())?.amounts).toBeUndefined();
  });
});

describe('a field that a plan names is refused', () => {
  const problem = async (source: Field[], target: Field[], field: string): Promise<string> => {
    const planned = await orgsWith(source, target);
    return (await failureOf(planned({ fields: ['Name', field] }))).message;
  };

  test('where the target does not have it', async () => {
    expect(await problem([text('Note__c')], [], 'note__c')).toBe("Deal__c: Note__c isn't in the target.");
  });

  test.each([
    [
      'text in the target',
      lookup('L__c', 'Account'),
      text('L__c'),
      'a lookup to Account in the source, and of type string',
    ],
    [
      'a lookup in the target',
      text('L__c'),
      lookup('L__c', 'Account'),
      'of type string in the source, and a lookup to Account',
    ],
    [
      'a lookup to another object there',
      lookup('L__c', 'Account'),
      lookup('L__c', 'Contact'),
      'a lookup to Account in the source, and a lookup to Contact',
    ],
  ])('where it is %s', async (_, inSource, inTarget, kinds) => {
    const message = await problem([inSource], [inTarget], 'L__c');
    expect(message).toBe(`Deal__c: L__c can't be copied: it is ${kinds} in the target.`);
  });
});

test('a lookup to an object outside of the plan is left out, though the plan names it', async () => {
  const planned = await orgsWith([lookup('L__c', 'Case')], [lookup('L__c', 'Case')]);
  const found = await planned({ fields: ['Name', 'L__c'] });
  expect(found?.leftOut).toEqual([{ field: 'L__c', reason: 'refers to Case, not in the plan' }]);
});
