import { show, type CellRule } from './rules.js';

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** `true` or `false` in any case; `1` and `0` are let through, as Bulk API 1.0 documents them. */
export const booleanRule: CellRule = {
  passes: (bytes, start, end) => isWord(TRUE, bytes, start, end) || isWord(FALSE, bytes, start, end),
  fault: (value) =>
    /^(?:true|false|1|0)$/i.test(value.trim())
      ? undefined
      : { code: 'BAD_BOOLEAN', message: `${show(value)} is neither true nor false.` },
};

function isWord(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== word.length) return false;
  for (let at = 0; at < word.length; at++) if (((bytes[start + at] ?? 0) | 0x20) !== word[at]) return false;
  return true;
}
