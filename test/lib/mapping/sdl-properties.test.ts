import { expect, it } from 'vitest';

import { parseProperties } from '../../../src/lib/mapping/sdl.js';

it.each([
  ['a=b', 'a', 'b'],
  ['  a = b ', 'a', 'b '],
  ['a:b', 'a', 'b'],
  ['a b', 'a', 'b'],
  ['a', 'a', ''],
  ['a=', 'a', ''],
  ['a\\ b\\:c\\=d=x', 'a b:c=d', 'x'],
  ['a\\\\=b', 'a\\', 'b'],
  ['\\u00e9=\\t\\u6f22', 'é', '\t漢'],
  ['a=b\\\n   c', 'a', 'bc'],
  ['a=b\\\\\nignored=1', 'a', 'b\\'],
])('reads %j', (text, key, value) => {
  expect(parseProperties(text)[0]).toEqual({ key, value, line: 1 });
});

it('passes over comments and blank lines, and counts lines of every kind', () => {
  expect(parseProperties('# a=1\r\n! b=2\r\n\r\nc=3\rd=4\n')).toEqual([
    { key: 'c', value: '3', line: 4 },
    { key: 'd', value: '4', line: 5 },
  ]);
});
