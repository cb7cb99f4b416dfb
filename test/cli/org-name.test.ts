import { expect, test } from 'vitest';
import { kindOfHost } from '../../src/cli/org-name.js';

test.each([
  ['https://acme.my.salesforce.com', 'production'],
  ['https://acme--uat.sandbox.my.salesforce.com', 'sandbox'],
  ['https://acme--uat.my.salesforce.com', 'sandbox'],
  ['https://acme-dev-ed.develop.my.salesforce.com', 'developer'],
  ['https://acme-dev-ed.my.salesforce.com', 'developer'],
  ['https://power-ruby-1234.scratch.my.salesforce.com', 'scratch'],
  ['https://wise-bear-1.trailblaze.my.salesforce.com', 'playground'],
  ['https://acme.demo.my.salesforce.com', undefined],
  ['https://eu45.salesforce.com', undefined],
  ['https://127.0.0.1:4711', undefined],
  ['https://acme.my.salesforce.com.example', undefined],
  ['', undefined],
])('the address %s is one of: %s', (url, kind) => {
  expect(kindOfHost(url)).toBe(kind);
});
