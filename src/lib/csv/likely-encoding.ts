import { TextDecoder } from 'node:util';

/** What text that is not UTF-8 may be in, the likeliest first; each a name that `--encoding` takes. */
export function likelyEncodings(bytes: Uint8Array): readonly string[] {
  const high = bytes.filter((byte) => byte >= 0x80);
  if (isJapaneseDos(bytes)) return ['shift_jis'];
  const runs =
    Buffer.from(bytes)
      .toString('latin1')
      .match(/[\u0080-\u00ff]+/g) ?? [];
  // Western letters stand between others of ASCII, two together at the most; words of other scripts are runs of bytes.
  const inRuns = runs.filter(({ length }) => length > 2).reduce((sum, { length }) => sum + length, 0);
  if (inRuns * 2 <= high.length) return ['windows-1252'];
  if (high.every((byte) => byte >= 0xc0 || byte === 0xa8 || byte === 0xb8))
    return ['windows-1251', 'windows-1253'];
  const double = ['gb18030', 'euc-kr', 'big5', 'euc-jp', 'shift_jis'].filter((name) => isTextIn(name, bytes));
  return double.length > 0 ? double : ['windows-1252'];
}

/** Kana, whose first byte is 0x82 or 0x83, and ideographs, whose second byte is often a letter of ASCII. */
function isJapaneseDos(bytes: Uint8Array): boolean {
  const text = decoded('shift_jis', bytes) ?? '';
  const kana = text.match(/[\u3040-\u30ff]/g)?.length ?? 0;
  const ideographs = text.match(/[\u4e00-\u9fff]/g)?.length ?? 0;
  const leads = bytes.filter((byte) => byte >= 0x81 && byte <= 0x9f).length;
  return leads > 0 && kana + ideographs > 0 && leads * 2 >= kana + ideographs;
}

function isTextIn(name: string, bytes: Uint8Array): boolean {
  return /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(decoded(name, bytes) ?? '');
}

function decoded(name: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
