import { expect, test } from 'vitest';
import { UnexpectedAnswerError } from '../../../src/lib/api/errors.js';
import { followPages } from '../../../src/lib/api/follow-pages.js';

/** Follows pages that are told by the number of the page behind each. */
async function pagesOf(next: Readonly<Record<string, string>>): Promise<string[]> {
  const pages: string[] = [];
  const follow = {
    nextOf: (page: string) => next[page],
    fetch: (address: string) => Promise.resolve(address),
  };
  for await (const page of followPages('1', follow)) pages.push(page);
  return pages;
}

test('every page comes once, in the order in which they name each other', async () => {
  expect(await pagesOf({})).toEqual(['1']);
  expect(await pagesOf({ 1: '2', 2: '3' })).toEqual(['1', '2', '3']);
});

test.each<Record<string, string>>([
  { 1: '2', 2: '2' },
  { 1: '2', 2: '3', 3: '2' },
])('pages that would never end are refused: %j', async (next) => {
  await expect(pagesOf(next)).rejects.toThrow(UnexpectedAnswerError);
  await expect(pagesOf(next)).rejects.toThrow('The org returned the page 2 twice.');
});
