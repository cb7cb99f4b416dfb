import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { withoutComments } from '../../../src/lib/soql/comments.js';

test.each([
  ['SELECT Id -- the id\nFROM A', 'SELECT Id  \nFROM A'],
  ['SELECT Id // the id\r\nFROM A', 'SELECT Id  \r\nFROM A'],
  ["-- it's all\nSELECT Id FROM A -- end", ' \nSELECT Id FROM A  '],
  ['SELECT Id,/* one\r\n two -- */Name FROM A', 'SELECT Id, \r\nName FROM A'],
  ['SELECT/**/Id/***/FROM/* * / */A', 'SELECT Id FROM A'],
  ["SELECT Id FROM A WHERE Url = 'https://x' AND B = '--' AND C = '/*'", undefined],
  [String.raw`SELECT Id FROM A WHERE B = 'it\'s -- no comment' AND C = '\\'`, undefined],
  ['SELECT Id FROM A WHERE B = -1', undefined],
])('%s', (soql, expected = soql) => {
  expect(withoutComments(soql)).toBe(expected);
});

test.each(['SELECT Id\n/* never closed', 'SELECT Id\n/*/ FROM A'])('a comment must be closed: %s', (soql) => {
  expect(() => withoutComments(soql)).toThrow(UsageError);
  expect(() => withoutComments(soql)).toThrow('begins in line 2');
});

test('text in quotes stays as it is, and so do the lines', () => {
  const text = fc.string().map((each) => `'${each.replace(/[\\']/g, String.raw`\$&`)}'`);
  const code = fc.constantFrom('SELECT Id', 'WHERE', '=', '\n', '-', '/', '*', ' ');
  const comment = fc
    .string()
    .chain((each) =>
      fc.constantFrom(`-- ${each.replace(/[\r\n]/g, '')}\n`, `/* ${each.replaceAll('*', '')}\n*/`),
    );
  const parts = fc.array(fc.oneof(text, code, comment, fc.constant(' ')), { maxLength: 12 });
  fc.assert(
    fc.property(parts, (all) => {
      const soql = all.join(' ');
      const stripped = withoutComments(soql);
      expect(stripped.split('\n')).toHaveLength(soql.split('\n').length);
      const texts = all.filter((part) => part.startsWith("'"));
      let at = 0;
      for (const each of texts) {
        at = stripped.indexOf(each, at);
        expect(at).toBeGreaterThanOrEqual(0);
        at += each.length;
      }
      expect(withoutComments(stripped)).toBe(stripped);
    }),
  );
});
