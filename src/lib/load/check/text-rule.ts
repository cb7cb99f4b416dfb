import { show, type CellRule } from './rules.js';

/**
 * Text of at most `length` characters. Counted as kindly as any part of the service might count: whole characters,
 * CRLF as one, blanks at both ends not at all, so that nothing is refused here that the org would take.
 */
export function textRule(length: number): CellRule {
  return {
    // No character takes less than a byte.
    passes: (_, start, end) => end - start <= length,
    fault: (value) => {
      if (value.length <= length) return undefined;
      const characters = Array.from(value.trim().replaceAll('\r\n', '\n')).length;
      if (characters <= length) return undefined;
      return {
        code: 'TOO_LONG',
        message: `${show(value)} has ${characters} characters; the field takes ${length}.`,
      };
    },
  };
}
