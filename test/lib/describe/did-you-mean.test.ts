import { describe, expect, test } from 'vitest';
import { alike, didYouMean, suggestion } from '../../../src/lib/describe/did-you-mean.js';

const candidates = ['Name', 'AccountNumber', 'Annual_Revenue__c', 'BillingCity', 'Id'];

describe('didYouMean', () => {
  test.each([
    ['Nmae', 'Name'],
    ['Nam', 'Name'],
    ['name', 'Name'],
    ['annual revenue', 'Annual_Revenue__c'],
    ['AnnualRevenue', 'Annual_Revenue__c'],
    ['AcountNumbr', 'AccountNumber'],
    ['Billing City', 'BillingCity'],
    ['Id__c', 'Id'],
  ])('takes "%s" for "%s"', (written, meant) => {
    expect(didYouMean(written, candidates)).toBe(meant);
  });

  test.each(['Phone', 'xyz', 'I', '', '__c'])('has nothing near "%s"', (written) => {
    expect(didYouMean(written, candidates)).toBeUndefined();
  });

  test('prefers the nearest of several', () => {
    expect(didYouMean('Contracs', ['Contact', 'Contrast', 'Contracts'])).toBe('Contracts');
  });
});

test('alike does not mind case, blanks, underscores and the suffix of custom fields', () => {
  expect(alike('annual revenue', 'Annual_Revenue__c')).toBe(true);
  expect(alike('annual revenue', 'AnnualRevenues')).toBe(false);
});

test('a suggestion is a sentence to append, or nothing', () => {
  expect(suggestion('Name')).toBe(' Did you mean "Name"?');
  expect(suggestion(undefined)).toBe('');
});
