import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { planOf, uploadsOf } from './support.ts';

const object = fakeObject('Account', '001', [
  fakeField('Name', { label: 'Account Name' }),
  fakeField('Phone', { label: 'Telefon' }),
  fakeField('Size__c', { label: 'Size' }),
  fakeField('Old_Size__c', { label: 'Size' }),
  fakeField('Total__c', { label: 'Total', createable: false, updateable: false }),
  fakeField('Sum__c', { label: 'Total' }),
  fakeField('Site', { label: 'Name' }),
]);

const byLabel = { columns: { mapByLabel: true } };

describe('with labels for columns', () => {
  test('the fields that have them are set, the rows stay where they are, and it is told', async () => {
    const { plan, warnings } = await planOf({ 'a.csv': 'account name, TELEFON \na,1\n' }, byLabel, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Phone\na,1\n']);
    expect(plan.sources[0]?.spooled).toBe(false);
    expect(warnings.map(({ message }) => message)).toEqual([
      'By their labels: "account name" sets Name, " TELEFON " sets Phone.',
    ]);
  });

  test('a column that has the name of a field sets that one, whatever has such a label', async () => {
    const { plan, warnings } = await planOf({ 'a.csv': 'Name\na\n' }, byLabel, [object]);
    expect(plan.columns).toEqual(['Name']);
    expect(warnings).toEqual([]);
  });

  test('a label of several fields is refused with their names, unless only one can be set or a rule says which', async () => {
    const refusal = await failureOf<InputError>(planOf({ 'a.csv': 'Size\n1\n' }, byLabel, [object]));
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal.message).toContain('Size__c, Old_Size__c. Say which one is meant: --map "Size=Size__c".');
    expect((await planOf({ 'a.csv': 'Total\n1\n' }, byLabel, [object])).plan.columns).toEqual(['Sum__c']);
    const columns = { mapByLabel: true, mapping: parseMapRules(['Size=Old_Size__c']) };
    const { plan } = await planOf({ 'a.csv': 'Size\n1\n' }, { columns }, [object]);
    expect(plan.columns).toEqual(['Old_Size__c']);
  });

  test('two columns of one field are refused', async () => {
    const refusal = await failureOf(planOf({ 'a.csv': 'Telefon,Phone\n1,2\n' }, byLabel, [object]));
    expect(String(refusal)).toContain('"Phone"');
  });

  test('what is no label either is refused as before', async () => {
    const request = { ...byLabel, preflight: true };
    const refusal = await failureOf(planOf({ 'a.csv': 'Account Name,Fax\na,1\n' }, request, [object]));
    expect(String(refusal)).toContain('Account has no field "Fax"');
  });

  test('values of JSON become what the field takes: a day for a date, nothing for a checkbox', async () => {
    const typed = fakeObject('Account', '001', [
      fakeField('Born__c', { label: 'Geboren', type: 'date' }),
      fakeField('Active__c', { label: 'Aktiv', type: 'boolean' }),
    ]);
    const contents = { 'a.json': '[{"Geboren":"2026-11-29","Aktiv":null},{"Geboren":null,"Aktiv":true}]' };
    const { plan } = await planOf(contents, byLabel, [typed]);
    expect(await uploadsOf(plan)).toEqual(['Born__c,Active__c\n2026-11-29,\n#N/A,true\n']);
  });
});
