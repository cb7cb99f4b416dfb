/** Names that people use and the WHATWG Encoding Standard does not know: code pages by their numbers. */
const codePages: Readonly<Record<string, string>> = {
  '437': 'cp437',
  '850': 'cp850',
  '858': 'cp858',
  '866': 'ibm866',
  '874': 'windows-874',
  '932': 'shift_jis',
  '936': 'gbk',
  '949': 'euc-kr',
  '950': 'big5',
  '1200': 'utf-16le',
  '1201': 'utf-16be',
  '1250': 'windows-1250',
  '1251': 'windows-1251',
  '1252': 'windows-1252',
  '1253': 'windows-1253',
  '1254': 'windows-1254',
  '1255': 'windows-1255',
  '1256': 'windows-1256',
  '1257': 'windows-1257',
  '1258': 'windows-1258',
  '10000': 'macintosh',
  '20127': 'utf-8',
  '28591': 'windows-1252',
  '54936': 'gb18030',
  '65001': 'utf-8',
};

/**
 * What the bytes from 0x80 on stand for in code pages of DOS that no TextDecoder knows; and in Windows-1252, since the
 * TextDecoder of some Node releases takes the name and decodes Latin-1.
 */
const highHalves: Readonly<Record<string, string>> = {
  cp437:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp858:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  'windows-1252':
    '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ' +
    String.fromCharCode(...Array.from({ length: 96 }, (_, at) => 0xa0 + at)),
};

/** Latin-1 is read as Windows-1252, its superset, as browsers do (WHATWG Encoding Standard). */
const windows1252Names = new Set(['ansi', 'latin1', 'latin-1', 'iso-8859-1', 'iso8859-1']);

/** The name that a decoder takes: `cp932`, `Windows-932`, `ms932` and `932` are `shift_jis`. */
export function decoderName(encoding: string): string {
  const name = encoding.trim().toLowerCase();
  if (windows1252Names.has(name)) return 'windows-1252';
  const [, page = ''] = /^(?:cp|ms|windows|win|ibm|oem|dos|codepage)?[-_ ]?(\d{3,5})$/.exec(name) ?? [];
  return codePages[page] ?? name;
}

/** The characters of a one-byte encoding from 0x80 on, where no TextDecoder has it right; undefined for others. */
export function highHalfOf(decoder: string): string | undefined {
  return highHalves[decoder];
}

/** The character that a byte stands for in Windows-1252. */
export function windows1252Character(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : (highHalves['windows-1252']?.charAt(byte - 0x80) ?? '');
}
