/** Stands where messages of one kind have an id or a value of the row. */
const VALUE = '…';

/**
 * Replaces every word with a digit in it: ids, numbers, dates, addresses. Field names (`Line2__c`) stay. It is the
 * cheap half of `messagePattern`, for telling hundreds of thousands of messages apart.
 */
export function withoutNumbers(text: string): string {
  let out = '';
  let kept = 0;
  for (let at = 0; at < text.length;) {
    if (!isWordCharacter(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    let hasDigit = false;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isDigit(code)) hasDigit = true;
      else if (!isWordCharacter(code) && !joinsWord(text, at, code)) break;
    }
    if (!hasDigit || isFieldName(text, start, at)) continue;
    out += text.slice(kept, start) + VALUE;
    kept = at;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

/** Texts of the service that have a value of the row in them without quotes around it. */
const unquotedValues: ReadonlyArray<readonly [RegExp, string]> = [
  [/(\bexternal id specified: ).*$/is, `$1${VALUE}`],
  [/(\bexternal id: ).*( not found for field )/is, `$1${VALUE}$2`],
  [/(\bbad value for restricted picklist field: ).*$/is, `$1${VALUE}`],
  [/(\bmalformed id:? ).*$/is, `$1${VALUE}`],
  [/(\bdata value too large: ).*( \(max length)/is, `$1${VALUE}$2`],
  [/(\binvalid email address: ).*$/is, `$1${VALUE}`],
];

const quoted = /(?<![\p{L}\d])(?:'[^']*'|"[^"]*"|“[^”]*”)(?![\p{L}\d])/gu;
const listOfValues = /…(?:, ?…)+/g;

/** Replaces the ids and values in an error message, so that messages which differ only in them are equal. */
export function messagePattern(message: string): string {
  let pattern = message;
  for (const [value, replacement] of unquotedValues) pattern = pattern.replace(value, replacement);
  return withoutNumbers(pattern.replace(quoted, `'${VALUE}'`)).replace(listOfValues, VALUE);
}

/** Letters of any script count; of punctuation only what is ASCII has to be told apart. */
function isWordCharacter(code: number): boolean {
  if (code >= 0x80) return code < 0x2000 || code > 0x206f;
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `a-1`, `2.5` and `me@here.org` are one word each; a colon or a plus joins only digits, as in `10:30+02:00`. */
function joinsWord(text: string, at: number, code: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at + 1);
  if (code === 45 || code === 46 || code === 64) return isWordCharacter(before) && isWordCharacter(after);
  return (code === 58 || code === 43) && isDigit(before) && isDigit(after);
}

function isFieldName(text: string, start: number, end: number): boolean {
  return end - start > 3 && (text.endsWith('__c', end) || text.endsWith('__r', end));
}
