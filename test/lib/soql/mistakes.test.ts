import { expect, test } from 'vitest';
import { checkSoql } from '../../../src/lib/soql/check.js';
import { mistakes } from './queries.ts';

test.each(mistakes)('%s', async (soql, place, hint) => {
  const { problems, unread } = await checkSoql(soql);
  expect(unread).toBeUndefined();
  expect(problems).toHaveLength(1);
  const [{ message, wayOut, position, restServes }] = problems as [(typeof problems)[0]];
  expect(`${position.line}:${position.column}`).toBe(place);
  expect(`${message} ${wayOut}`).toMatch(hint);
  expect(restServes).toBe(false);
});

test.each([
  ['SELECT Id, Account Fro Account', '1:24', /"Account" is not understood here. FROM was expected/],
  ["SELECT Id FROM Account WHERE Name = 'a' AND AND Name = 'a'", '1:45', /"AND" is not understood here/],
  ['SELECT Id FROM Account what is this', '1:29', /"is" is not understood here/],
  ['SELECT Id FROM Account WHERE Name SOUNDS_LIKE 3', '1:35', /An operator such as/],
  ['SELECT Id FROM Account WHERE CloseDate = LAST_N_CENTURIES:3', '1:42', /A value was expected/],
  ['SELECT Id FROM Account FETCH_FIRST 10', '1:36', /"10" is not understood/],
])('has no known mistake, and is left for the org to judge: %s', async (soql, place, message) => {
  const { shape, problems, unread } = await checkSoql(soql);
  expect(shape).toBeUndefined();
  expect(problems).toEqual([]);
  expect(`${unread?.position.line}:${unread?.position.column}`).toBe(place);
  expect(unread?.message).toMatch(message);
});

test.each([
  '==',
  'IS NULL',
  'BETWEEN',
  'SELECT TOP 10',
  'AS',
  '‘x’',
  'NOT LIKE',
  'FIND {x}',
  '-- x',
  '/* x',
  '//',
  ';',
])('inside quotes it is text: %s', async (text) => {
  const { problems, unread } = await checkSoql(`SELECT Id FROM Account WHERE Name = '${text}' AND Id = null`);
  expect([problems, unread]).toEqual([[], undefined]);
});
