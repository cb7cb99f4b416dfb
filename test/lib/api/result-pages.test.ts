import { expect, test } from 'vitest';
import { resultPages } from '../../../src/lib/api/result-pages.js';

const step = 'list the result pages';
const base = '/services/data/v60.0/jobs/query/750/results';

test('the documented shape gives locators in order, the first page having none', () => {
  const answer = {
    resultPages: [{ resultUrl: base }, { resultUrl: `${base}?locator=aBc` }],
    nextRecordsUrl: '/services/data/v60.0/jobs/query/750/resultpages?locator=dEf',
    done: false,
  };
  expect(resultPages(answer, step)).toEqual({ locators: ['', 'aBc'], next: answer.nextRecordsUrl });
});

test('the shape that live orgs were seen to give', () => {
  const answer = { resultChunks: [{ resultLink: `${base}?locator=aBc` }], nextRecordUrl: '/more' };
  expect(resultPages(answer, step)).toEqual({ locators: ['aBc'], next: '/more' });
});

test('done ends the list, whatever else is said', () => {
  expect(resultPages({ resultPages: [], nextRecordsUrl: '/more', done: true }, step).next).toBeUndefined();
  expect(resultPages({ resultPages: [], nextRecordsUrl: null, done: false }, step).next).toBeUndefined();
});

test('of an address on a foreign host only the locator is taken', () => {
  const answer = { resultPages: [{ resultUrl: 'https://evil.example/steal?locator=aBc&x=1' }] };
  expect(resultPages(answer, step).locators).toEqual(['aBc']);
});

test('an answer without any list is an empty list', () => {
  expect(resultPages({}, step)).toEqual({ locators: [], next: undefined });
});

test.each([
  [{ resultPages: 'x' }, '"x" for the pages'],
  [{ resultPages: [null] }, 'null for a page'],
  [{ resultPages: [{ resultUrl: 'http://[' }] }, '"http://[" for the address of a page'],
  [{ nextRecordsUrl: 7 }, '7 for the next address'],
  [[], 'a list for the list of pages'],
])('%j is refused by name', (answer, named) => {
  expect(() => resultPages(answer, step)).toThrow(`Could not list the result pages: the response isn't what`);
  expect(() => resultPages(answer, step)).toThrow(named);
});
