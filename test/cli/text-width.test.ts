import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { textWidth } from '../../src/cli/text-width.js';

test('every character of the first scripts is as wide as string-width says', () => {
  for (let code = 0; code <= 0x2fff; code++) {
    const text = `a${String.fromCharCode(code)}`;
    if (textWidth(text) !== stringWidth(text)) expect.fail(`U+${code.toString(16)}: ${textWidth(text)}`);
  }
});

test('words, clusters and styles are as wide as string-width says', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.constantFrom('\u001b[1m', '\u001b[22m', '\u001b]8;;https://example.com\u0007', '…', '✓'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      expect(textWidth(text)).toBe(stringWidth(text));
    }),
  );
});
