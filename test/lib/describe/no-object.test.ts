import { expect, it } from 'vitest';
import { noObject, noObjectText } from '../../../src/lib/describe/no-object.js';

const names = { objectNames: () => Promise.resolve(['Account', 'Contact', 'Trip__c']) };

it('suggests the object that a misspelt name is nearest to', async () => {
  const error = await noObject('Acount', names);

  expect(error.message).toBe(
    'The org has no object "Acount", or your user may not see it. Did you mean "Account"?',
  );
  expect(error.actions.join('\n')).toContain('sf sobject list --sobject all');
});

it('suggests nothing where no object has a name like it', async () => {
  expect((await noObject('Zebra__c', names)).message).toBe(
    'The org has no object "Zebra__c", or your user may not see it.',
  );
});

it('says in which of two orgs the object is missing', async () => {
  expect(await noObjectText('Trip', names, 'The target org')).toBe(
    'The target org has no object "Trip", or your user may not see it. Did you mean "Trip__c"?',
  );
});
