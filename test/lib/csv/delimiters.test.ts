import { describe, expect, it } from 'vitest';
import { delimiterCharacters, type ColumnDelimiter } from '../../../src/lib/api/types.js';
import { delimiterName, parseDelimiter, serviceDelimiters } from '../../../src/lib/csv/delimiters.js';

describe('parseDelimiter', () => {
  it.each(Object.entries(delimiterCharacters))(
    'knows %s by name in any case, and by character',
    (name, character) => {
      expect([name, name.toLowerCase(), character].map(parseDelimiter)).toEqual([
        character,
        character,
        character,
      ]);
      expect(delimiterName(character)).toBe(name as ColumnDelimiter);
      expect(serviceDelimiters).toContain(character);
    },
  );

  it('takes other characters, which the service has no name for', () => {
    expect(parseDelimiter(':')).toBe(':');
    expect(delimiterName(':')).toBeUndefined();
    expect(parseDelimiter('\\t')).toBe('\t');
  });

  it('refuses what cannot separate columns', () => {
    expect(() => parseDelimiter('comma!')).toThrow('"comma!" cannot separate columns.');
    expect(() => parseDelimiter('"')).toThrow('cannot separate columns');
  });
});
