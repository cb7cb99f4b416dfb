import { TextDecoder } from 'node:util';

import { highHalfOf } from './encoding-names.js';
import { implausibility } from './implausible-text.js';

/** How bytes read in an encoding. */
export type Reading = {
  /** A name that `--encoding` takes. */ readonly encoding: string;
  readonly text: string;
};

/** Of equally plausible ones the earlier is named first. */
const candidates = [
  'windows-1252',
  'cp850',
  'cp437',
  'windows-1251',
  'windows-1253',
  'shift_jis',
  'gb18030',
  'euc-kr',
  'big5',
  'euc-jp',
  'windows-1250',
  'macintosh',
];

const mostReadings = 5;

/**
 * What text that is not UTF-8 may be in, the likeliest first: the encodings in which all its bytes are plausible text,
 * or the two that come nearest. No bytes are certain to be one of them; only a person who knows the text can tell.
 */
export function likelyReadings(bytes: Uint8Array): readonly Reading[] {
  const readings = candidates
    .flatMap((encoding) => {
      const text = readIn(encoding, bytes);
      return text === undefined ? [] : [{ reading: { encoding, text }, badness: implausibility(text) }];
    })
    .toSorted((one, other) => one.badness - other.badness);
  const plausible = readings.filter(({ badness }) => badness < 1);
  const best = (plausible.length > 0 ? plausible : readings.slice(0, 2)).slice(0, mostReadings);
  return best.map(({ reading }) => reading);
}

/** Bytes as text in an encoding; undefined where it has no characters for them. */
export function readIn(encoding: string, bytes: Uint8Array): string | undefined {
  const text = decoded(encoding, bytes);
  return text === undefined || /[\u0080-\u009f\p{Co}\p{Cn}\ufffd]/u.test(text) ? undefined : text;
}

function decoded(encoding: string, bytes: Uint8Array): string | undefined {
  const highHalf = highHalfOf(encoding);
  if (highHalf !== undefined) {
    return Array.from(bytes, (byte) =>
      byte < 0x80 ? String.fromCharCode(byte) : highHalf.charAt(byte - 0x80),
    ).join('');
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
