import { expect, it } from 'vitest';
import { areSameColumns, cellsOf } from '../../../../src/lib/load/model/result-sets.js';

it('finds columns by their names in any case', () => {
  expect(cellsOf(['sf__Id', 'NAME', 'Phone'], ['phone', 'Name', 'Fax'])).toEqual([2, 1, -1]);
});

it('takes headers for the same when names and order are', () => {
  expect(areSameColumns(['Id', 'Name'], ['ID', 'name'])).toBe(true);
  expect(areSameColumns(['Id', 'Name'], ['Name', 'Id'])).toBe(false);
  expect(areSameColumns(['Id'], ['Id', 'Name'])).toBe(false);
});
