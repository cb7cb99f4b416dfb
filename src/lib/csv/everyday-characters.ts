import { TextDecoder } from 'node:util';

/** The parts of East Asian sets of characters that have those in everyday use: first and last lead byte, first trail byte. */
const everydayParts = [
  ['shift_jis', 0x88, 0x97, 0x40],
  ['gb18030', 0xb0, 0xd7, 0xa1],
  ['big5', 0xa4, 0xc6, 0x40],
  ['euc-kr', 0xb0, 0xc8, 0xa1],
] as const;

let everyday: ReadonlySet<string> | undefined;

/** Whether a character of an East Asian script is one in everyday use: all kana, and the first levels of the standards. */
export function isEveryday(character: string): boolean {
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
