import { describe, expect, test } from 'vitest';
import { sandboxSuffix, usernamesFor } from '../../../../src/lib/copy/match/usernames.js';

describe('the suffix of a sandbox', () => {
  test('is its name in its address', () => {
    const instanceUrl = 'https://acme--Dev1.sandbox.my.salesforce.com';
    expect(sandboxSuffix({ instanceUrl, username: 'ann@acme.com' })).toBe('dev1');
  });

  test('is what the username ends in where the address does not name it', () => {
    const instanceUrl = 'https://cs12.salesforce.com';
    expect(sandboxSuffix({ instanceUrl, username: 'ann@acme.com.UAT' })).toBe('uat');
  });
});

describe('a user is looked for', () => {
  test('by the exact name first, whatever its case', () => {
    expect(usernamesFor('Ann@Acme.com', {})).toEqual(['ann@acme.com']);
  });

  test('in a sandbox by the name with its suffix', () => {
    expect(usernamesFor('ann@acme.com', { target: 'dev1' })).toEqual(['ann@acme.com', 'ann@acme.com.dev1']);
  });

  test('from a sandbox by the name without its suffix', () => {
    expect(usernamesFor('ann@acme.com.uat', { source: 'uat', target: 'dev1' })).toEqual([
      'ann@acme.com.uat',
      'ann@acme.com.dev1',
      'ann@acme.com',
    ]);
  });

  test('never by a name that only begins alike', () => {
    expect(usernamesFor('ann@acme.co.uk', { source: 'dev1' })).toEqual(['ann@acme.co.uk']);
  });
});
