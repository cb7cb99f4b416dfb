import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalSource } from '../../../src/lib/soql/canonical.js';
import { tokenize } from '../../../src/lib/soql/tokens.js';

const soql = "SELECT Id FROM Account WHERE Name LIKE 'E0%' AND (Amount__c >= 1E5 OR Owner.Name = 'it\\'s')";

test.each([
  soql.replace('SELECT Id', 'select Id, Name, Phone'),
  soql.replaceAll(' ', '\n\t '),
  soql.replace('>=', '>= ').replace('(', '( '),
  soql.replace('FROM Account WHERE', 'from ACCOUNT where').replace('Owner.Name', 'owner.name'),
])('%j asks for the same records', (other) => {
  expect(canonicalSource(other)).toBe(canonicalSource(soql));
});

test.each([
  soql.replace('E0%', 'e0%'),
  soql.replace("'it", "' it"),
  soql.replace('AND', 'OR'),
  `${soql} LIMIT 1`,
])('%j asks for others', (other) => {
  expect(canonicalSource(other)).not.toBe(canonicalSource(soql));
});

test('blanks between tokens and the case of words never matter', () => {
  const words = tokenize(soql).map(({ kind, text }) => ({ kind, text }));
  const blanks = fc.array(fc.constantFrom(' ', '\n', '\t', '  '), {
    minLength: words.length,
    maxLength: words.length,
  });
  fc.assert(
    fc.property(blanks, fc.boolean(), (gaps, isUpper) => {
      const other = words.map(({ kind, text }, at) => {
        const spelled = kind === 'text' ? text : isUpper ? text.toUpperCase() : text.toLowerCase();
        return spelled + (gaps[at] ?? ' ');
      });
      expect(canonicalSource(other.join(''))).toBe(canonicalSource(soql));
    }),
  );
});
