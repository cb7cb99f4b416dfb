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
