import { expect, test } from 'vitest';
import { parseResultPages } from '../../../src/lib/api/result-pages.js';

const base = '/services/data/v60.0/jobs/query/750/results';

test('the documented shape gives locators in order, the first page having none', () => {
  const answer = {
    resultPages: [{ resultUrl: base }, { resultUrl: `${base}?locator=aBc` }],
    nextRecordsUrl: '/services/data/v60.0/jobs/query/750/resultpages?locator=dEf',
    done: false,
  };
  expect(parseResultPages(answer)).toEqual({ locators: ['', 'aBc'], next: answer.nextRecordsUrl });
});

test('the shape that live orgs were seen to give', () => {
  const answer = { resultChunks: [{ resultLink: `${base}?locator=aBc` }], nextRecordUrl: '/more' };
  expect(parseResultPages(answer)).toEqual({ locators: ['aBc'], next: '/more' });
});

test('done ends the list, whatever else is said', () => {
  expect(parseResultPages({ resultPages: [], nextRecordsUrl: '/more', done: true }).next).toBeUndefined();
  expect(parseResultPages({ resultPages: [], nextRecordsUrl: null, done: false }).next).toBeUndefined();
});

test('of an address on a foreign host only the locator is taken', () => {
  const answer = { resultPages: [{ resultUrl: 'https://evil.example/steal?locator=aBc&x=1' }] };
  expect(parseResultPages(answer).locators).toEqual(['aBc']);
});

test('an answer without any list is an empty list', () => {
  expect(parseResultPages({})).toEqual({ locators: [], next: undefined });
});
