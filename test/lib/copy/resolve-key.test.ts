import { expect, test } from 'vitest';
import { copyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';

test('a key that can match nothing is refused, with what to do', async () => {
  const orgs = await copyOrgs({});
  const problemsOf = async (...objects: Parameters<typeof orgs.plan>[0]['objects']) =>
    (await failureOf(orgs.plan({ objects }))).message;
  expect(await problemsOf({ object: 'Contact', key: ['AccountId', 'LastName'] })).toBe(
    'Contact: the key field AccountId refers to Account, not in the plan; add it, with "operation: reference" if its records are there already.',
  );
  expect(await problemsOf({ object: 'Contact', key: ['Id', 'LastName'] })).toMatch(
    /Id can't be a part of a key/,
  );
  expect(await problemsOf({ object: 'Contact', operation: 'reference' })).toMatch(/a reference needs a key/);
  expect(await problemsOf({ object: 'Contact', operation: 'upsert' })).toMatch(/an upsert needs a key/);
  expect(await problemsOf({ object: 'Contact', key: ['MailingAddress'] })).toMatch(
    /MailingAddress can't be a key/,
  );
  const clear = { AccountId: { missing: 'clear' } } as const;
  expect(
    await problemsOf(
      { object: 'Account', key: ['Name'] },
      { object: 'Contact', key: ['AccountId', 'LastName'], lookups: clear },
    ),
  ).toMatch(/AccountId can't be cleared: it is a part of the key/);
});

test('the target matches by a unique external id itself, unless its records are parents in the key of others', async () => {
  const orgs = await copyOrgs({});
  const account = { object: 'Account', key: ['External_Id__c'] };
  const alone = await orgs.plan({ objects: [account] });
  expect(alone.objects).toMatchObject([{ operation: 'upsert', key: { field: 'External_Id__c' } }]);
  const { objects } = await orgs.plan({
    objects: [account, { object: 'Contact', key: ['AccountId', 'LastName'] }],
  });
  expect(objects[0]).toMatchObject({
    operation: 'upsert',
    match: { fields: [{ field: 'External_Id__c', compare: 'any-case' }] },
  });
  expect(objects[0]?.key).toBeUndefined();
  expect(objects[1]?.lookups).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ field: 'AccountId', missing: 'hold', isRequired: true }),
    ]),
  );
});
