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

/** What `sf__Error` says of one row. */
export type RowError = {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
};

const leadingCode = /^([A-Za-z][A-Za-z0-9_]*):/;
const trailingFields = /:((?:[\w.]+(?:, ?[\w.]+)*)?) ?--\s*$/;

/**
 * Reads `CODE:message:Field1,Field2 --` or `CODE:message:--`, also with blanks behind the code's colon. The message may
 * contain colons itself.
 */
export function parseRowError(text: string): RowError {
  const code = leadingCode.exec(text)?.[1] ?? 'UNKNOWN_ERROR';
  const rest = leadingCode.test(text) ? text.slice(code.length + 1) : text;
  const tail = trailingFields.exec(rest);
  const message = (tail === null ? rest : rest.slice(0, tail.index)).trimStart();
  const fields = tail?.[1] ?? '';
  return { code, message, fields: fields === '' ? [] : fields.split(/, ?/) };
}

/** Codes of failures that pass, upper-case without underscores, since Bulk and REST spell codes differently. */
const transientCodes = new Set([
  'UNABLETOLOCKROW',
  'TOOMANYLOCKFAILURE',
  'REQUESTLIMITEXCEEDED',
  'REQUESTRUNNINGTOOLONG',
  'SERVERUNAVAILABLE',
  'QUERYTIMEOUT',
  'TIMEOUT',
  'TXNSECURITYMETERINGERROR',
]);

/** Whether a row that failed so can succeed when it is sent again unchanged: row locks and request limits. */
export function isTransient(code: string, message = ''): boolean {
  if (transientCodes.has(code.toUpperCase().replaceAll('_', ''))) return true;
  // A trigger that meets a lock reports it inside a code of its own (CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY).
  return message.includes('UNABLE_TO_LOCK_ROW');
}

/** Whether a failed row is worth a retry. @param text its `sf__Error` */
export function isRetriable(text: string): boolean {
  const { code, message } = parseRowError(text);
  return isTransient(code, message);
}
