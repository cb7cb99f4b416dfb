import { expect, test } from 'vitest';
import { copyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

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
  expect(
    await problemsOf(
      { object: 'Account', key: ['Name'] },
      { object: 'Contact', key: ['AccountId', 'LastName'], except: ['AccountId'] },
    ),
  ).toMatch(/AccountId is a part of the key, and "except" leaves it out/);
  expect(await problemsOf({ object: 'Case', key: ['OwnerId', 'Subject'] })).toMatch(
    /the key field OwnerId refers to owners; say how they are matched/,
  );
});

test('owners in a key are matched, or held: with others in their place, records would be new each time', async () => {
  const orgs = await copyOrgs({});
  const object = { object: 'Case', key: ['OwnerId', 'Subject'] };
  const refused = await failureOf(orgs.plan({ owners: { else: 'me' }, objects: [object] }));
  expect(refused.message).toMatch(
    /^Case: OwnerId can't become you, as "else: me" says: it is a part of the key/,
  );
  const held = { ...object, lookups: { OwnerId: { missing: 'hold' as const } } };
  const plans = [
    await orgs.plan({ owners: { else: 'hold' }, objects: [object] }),
    await orgs.plan({ owners: { else: 'me' }, objects: [held] }),
  ];
  for (const { objects } of plans)
    expect(objects[0]?.lookups).toContainEqual(
      expect.objectContaining({ field: 'OwnerId', missing: 'hold' }),
    );
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

test('where earlier copies are known, keys are matched here: an upsert could reach what is known as another record', async () => {
  const orgs = await copyOrgs({});
  const file = { objects: [{ object: 'Account', key: ['External_Id__c'] }] };
  const { objects } = await orgs.plan(file, { knownIds: [orgs.folder] });
  expect(objects).toMatchObject([{ operation: 'upsert', match: { fields: [{ field: 'External_Id__c' }] } }]);
  expect(objects[0]?.key).toBeUndefined();
});
