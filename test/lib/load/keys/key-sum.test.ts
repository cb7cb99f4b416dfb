import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCell } from '../../../../src/lib/csv/cells.js';
import { RecordTokenizer } from '../../../../src/lib/csv/record-tokenizer.js';
import { addKeySums, KeyReader, keySumIn, noKeys } from '../../../../src/lib/load/keys/key-sum.js';
import { anyText } from '../../../support/any-text.ts';

const columns = ['Name', 'Key__c'];

/** The checksum of these keys, each written as a cell of its own row. */
function sumOf(keys: readonly string[], name = 'Key__c'): string {
  const sum = keySumIn(name === 'Id' ? ['Name', 'Id'] : columns, name)!;
  for (const key of keys) sum.add(recordOf(key));
  return sum.take();
}

function recordOf(key: string): RecordTokenizer {
  const tokenizer = new RecordTokenizer(',');
  const bytes = Buffer.from(`Acme,${encodeCell(key, ',')}\n`);
  tokenizer.next(bytes, 0, { to: bytes.length, isEnd: true });
  return tokenizer;
}

describe('the checksum of keys', () => {
  test('does not depend on their order, or on how they are cut into parts', () => {
    fc.assert(
      fc.property(fc.array(anyText), fc.nat(), (keys, cut) => {
        const at = keys.length === 0 ? 0 : cut % keys.length;
        expect(sumOf(keys.toReversed())).toBe(sumOf(keys));
        expect(addKeySums([sumOf(keys.slice(0, at)), sumOf(keys.slice(at))])).toBe(sumOf(keys));
      }),
    );
  });

  test('tells a key that came twice in the place of another', () => {
    expect(sumOf(['a-1', 'a-1', 'a-3'])).not.toBe(sumOf(['a-1', 'a-2', 'a-3']));
  });

  test('tells two pairs of keys that came twice in the place of two others', () => {
    expect(sumOf(['a', 'a', 'c', 'c'])).not.toBe(sumOf(['a', 'b', 'c', 'd']));
    expect(sumOf(['a', 'a', 'b', 'b'])).not.toBe(sumOf(['c', 'c', 'd', 'd']));
  });

  test('counts rows without a key for nothing', () => {
    expect(sumOf(['', '#N/A', ' '])).toBe(noKeys);
    expect(sumOf(['a', '', '#N/A'])).toBe(sumOf(['a']));
  });

  test('is taken anew each time', () => {
    const sum = keySumIn(columns, 'key__C')!;
    sum.add(recordOf('a'));
    expect(sum.take()).toBe(sumOf(['a']));
    expect(sum.take()).toBe(noKeys);
  });

  test('is unknown where one of the parts has none, and there is none without the column', () => {
    expect(addKeySums([sumOf(['a']), undefined])).toBeUndefined();
    expect(addKeySums([])).toBe(noKeys);
    expect(keySumIn(columns, 'Other__c')).toBeUndefined();
    expect(keySumIn(columns, undefined)).toBeUndefined();
  });
});

describe('a key is the same before and after the service has rewritten it', () => {
  test.each([
    ['912260031', '9.12260031E8'],
    ['007', '7.0'],
    ['1.50', '1.5'],
    ['0', '0.0'],
    ['-12', '-12.0'],
    ['2024-05-01T10:00:00Z', '2024-05-01T10:00:00.000Z'],
    ['Ada@Example.com', 'ada@example.com'],
    ['TRUE', 'true'],
    ['ÄÖ-1', 'äö-1'],
    [' a-1 ', 'a-1'],
    ['7f', '7F'],
  ])('%s and %s', (sent, returned) => {
    expect(sumOf([returned])).toBe(sumOf([sent]));
  });

  test('ids with 15 and with 18 characters, whose case counts', () => {
    expect(sumOf(['001A000001AbCdEFGH'], 'Id')).toBe(sumOf(['001A000001AbCdE'], 'Id'));
    expect(sumOf(['001A000001AbCdE'], 'Id')).not.toBe(sumOf(['001A000001aBcDe'], 'Id'));
  });

  test.each([
    ['a-1', 'a-2'],
    ['10', '100'],
    ['1234567890123456', '1234567890123457'],
    ['001A000001AbCdEAAA', '001A000001AbCdEAAB'],
  ])('but not %s and %s', (one, other) => {
    expect(sumOf([one])).not.toBe(sumOf([other]));
  });
});

test.each(['Id', 'Key__c'])('reading bytes comes to what the spelling says, for %s', (name) => {
  const typed = fc.oneof(
    anyText,
    fc.stringMatching(/^[0-9+\-.:eETZ]{1,20}$/),
    fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  fc.assert(
    fc.property(typed, typed, (one, other) => {
      const reader = new KeyReader(name);
      const areSame = reader.spell(one) === reader.spell(other);
      expect(sumOf([one], name) === sumOf([other], name)).toBe(areSame);
      expect(reader.read(recordOf(one), 1)).toBe(reader.spell(one) !== '');
    }),
    { numRuns: 500 },
  );
  const reader = new KeyReader(name);
  fc.assert(
    fc.property(typed, (text) => {
      const spelling = reader.spell(text);
      // Fifteen characters that end in a blank are no id.
      fc.pre(spelling === spelling.trim());
      // The spelling of a key is a key that is spelled so.
      expect(sumOf([spelling], name)).toBe(sumOf([text], name));
    }),
    { numRuns: 500 },
  );
});
