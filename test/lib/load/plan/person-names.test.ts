import { expect, test } from 'vitest';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { planOf, uploadsOf } from './support.ts';

test.each([
  ['a.csv', 'Name,LastName,Phone\nAcme,,\n,Doe,\n', { emptyAsNull: true }],
  [
    'a.json',
    '[{"Name":"Acme","LastName":null,"Phone":null},{"Name":null,"LastName":"Doe","Phone":null}]',
    {},
  ],
] as const)(
  'an account that may be a person is not sent the null of the other name: %s',
  async (name, text, columns) => {
    const mayBePersons = fakeObject('Account', '001', [
      fakeField('Name', { nillable: false }),
      fakeField('LastName'),
      fakeField('Phone', { type: 'phone' }),
      fakeField('IsPersonAccount', { type: 'boolean', createable: false }),
    ]);
    const { plan } = await planOf({ [name]: text }, { columns, preflight: true }, [mayBePersons]);
    expect(await uploadsOf(plan)).toEqual(['Name,LastName,Phone\nAcme,,#N/A\n,Doe,#N/A\n']);
  },
);
