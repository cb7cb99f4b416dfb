import { TextDecoder } from 'node:util';

/**
 * How unlike text that people write this is, by its characters beyond ASCII: 0 for words as they are written, 1 and more
 * where most of them stand where no such character belongs. It compares readings of the same bytes.
 */
export function implausibility(text: string): number {
  const characters = Array.from(text);
  let sum = 0;
  let odd = 0;
  for (const [at, character] of characters.entries()) {
    if (character < '\u0080') continue;
    odd++;
    sum += badnessOf(character, characters[at - 1] ?? '', characters[at + 1] ?? '');
  }
  return odd === 0 ? 0 : sum / odd;
}

const letter = /^\p{L}$/u;
const latin = /^(?=\p{L})\p{Script=Latin}$/u;
const eastAsian = /^[\u3005\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]$/;
const halfWidthKana = /^[\uff66-\uff9f]$/;
const everydayLatin = /^[ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëíîïñòóôõöøùúûüœ]$/;
const everydayOther = /^[\u0401\u0410-\u044f\u0451\u0386-\u03ce]$/;

function badnessOf(character: string, before: string, after: string): number {
  if (halfWidthKana.test(character)) return halfWidthKana.test(before) || halfWidthKana.test(after) ? 0.2 : 2;
  if (eastAsian.test(character)) return eastAsianBadness(character, before, after);
  if (!letter.test(character) || /\p{Lm}|[ºª]/u.test(character)) return markBadness(character, before, after);
  const isLatin = latin.test(character);
  if ([before, after].some((other) => letter.test(other) && latin.test(other) !== isLatin)) return 2;
  if (isCaseBroken(character, before, after)) return 1.5;
  if (!isLatin) return everydayOther.test(character) ? 0 : 0.8;
  // Words of other scripts are runs of bytes; letters of Western ones stand between others of ASCII, two at the most.
  const isInRun = [before, after].every((other) => other >= '\u0080' && letter.test(other));
  return (isInRun ? 0.8 : 0) + (everydayLatin.test(character) ? 0 : 0.4);
}

/** Ideographs in everyday use are told from the rest by the older and smaller sets that have them. */
function eastAsianBadness(character: string, before: string, after: string): number {
  const isAlone = !eastAsian.test(before) && !eastAsian.test(after);
  const touchesLatin = [before, after].some((other) => /[a-z]/i.test(other));
  return (touchesLatin ? 1 : 0) + (isAlone ? 0.4 : 0) + (isEveryday(character) ? 0 : 0.3);
}

function isCaseBroken(character: string, before: string, after: string): boolean {
  const isUpper = (text: string): boolean => /^\p{Lu}$/u.test(text);
  const isLower = (text: string): boolean => /^\p{Ll}$/u.test(text);
  return (
    (isUpper(character) && isLower(before)) || (isLower(character) && isUpper(after) && character !== 'ß')
  );
}

/** Quotes, dashes and signs: some belong on one side of a word, none but the apostrophe and the dashes into one. */
function markBadness(character: string, before: string, after: string): number {
  const isAfterWord = letter.test(before);
  const isBeforeWord = letter.test(after);
  if (/[\u2500-\u259f]/.test(character)) return 2;
  if (/[’–—·\u00a0\u3000-\u303f\uff01-\uff5e]/.test(character)) return 0;
  if (isAfterWord && isBeforeWord) return 3;
  if (/[\p{Ps}\p{Pi}¿¡]/u.test(character)) return isAfterWord ? 1.5 : 0;
  if (/[\p{Pf}…®™©°ºª]/u.test(character)) return isBeforeWord ? 1.5 : 0;
  return isAfterWord || isBeforeWord ? 1.5 : 0.2;
}

/** The parts of East Asian sets of characters that have those in everyday use: first and last lead byte, first trail byte. */
const everydayParts = [
  ['shift_jis', 0x88, 0x97, 0x40],
  ['gb18030', 0xb0, 0xd7, 0xa1],
  ['big5', 0xa4, 0xc6, 0x40],
  ['euc-kr', 0xb0, 0xc8, 0xa1],
] as const;

let everyday: ReadonlySet<string> | undefined;

/** Whether a character of an East Asian script is one in everyday use: all kana, and the first levels of the standards. */
function isEveryday(character: string): boolean {
  if (/^[\u3005\u3040-\u30ff]$/.test(character)) return true;
  everyday ??= new Set(everydayParts.flatMap(charactersOf));
  return everyday.has(character);
}

function charactersOf([encoding, first, last, trail]: (typeof everydayParts)[number]): string[] {
  const decoder = new TextDecoder(encoding);
  const characters: string[] = [];
  for (let lead = first; lead <= last; lead++)
    for (let second = trail; second <= 0xfe; second++)
      characters.push(decoder.decode(Uint8Array.of(lead, second)));
  return characters.filter((text) => !text.includes('\ufffd') && Array.from(text).length === 1);
}
