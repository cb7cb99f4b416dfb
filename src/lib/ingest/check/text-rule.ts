import { show, type CellRule } from './cell-rule.js';

/**
 * Text of at most `length` characters. Counted as kindly as any part of the service might count: whole characters,
 * CRLF as one, blanks at both ends not at all, so that nothing is refused here that the org would take.
 */
export function textRule(length: number): CellRule {
  return {
    // No character takes less than a byte.
    passes: (_, start, end) => end - start <= length,
    fault: (value) => {
      const characters = countCharacters(value.trim());
      if (characters <= length) return undefined;
      return {
        code: 'TOO_LONG',
        message: `${show(value)} has ${characters} characters; the field takes ${length}.`,
      };
    },
  };
}

function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isSecondHalf = code >= 0xdc00 && code <= 0xdfff;
    if (isSecondHalf || (code === 0x0a && text.charCodeAt(at - 1) === 0x0d)) count--;
  }
  return count;
}
