import type { Cursor } from './cursor.ts';

/**
 * Clauses that are read and change nothing here: one user sees everything, records have no data categories, and nobody
 * asks when a record was viewed (SOQL reference: WITH, FOR VIEW, FOR REFERENCE, UPDATE, SET OPTIONS).
 */
export function passWith(cursor: Cursor): void {
  if (!cursor.take('WITH')) return;
  if (['SECURITY_ENFORCED', 'USER_MODE', 'SYSTEM_MODE'].some((word) => cursor.take(word))) return;
  if (cursor.take('DATA', 'CATEGORY')) {
    do passDataCategory(cursor);
    while (cursor.take('AND'));
    return;
  }
  if (cursor.isAt('(', 1)) {
    cursor.takeKind('name');
    passOptions(cursor);
    return;
  }
  passAssignment(cursor);
}

export function passEndings(cursor: Cursor): void {
  for (;;) {
    if (cursor.take('FOR')) passWords(cursor, ['VIEW', 'REFERENCE', 'UPDATE']);
    else if (cursor.take('UPDATE')) passWords(cursor, ['TRACKING', 'VIEWSTAT']);
    else if (cursor.take('SET', 'OPTIONS')) passOptions(cursor);
    else return;
  }
}

function passWords(cursor: Cursor, words: readonly string[]): void {
  do if (!words.some((word) => cursor.take(word))) throw cursor.unexpected();
  while (cursor.take(','));
}

/** `Geography__c ABOVE usa__c`, `Product__c AT (a__c, b__c)` */
function passDataCategory(cursor: Cursor): void {
  cursor.takeKind('name');
  if (!['AT', 'ABOVE', 'BELOW', 'ABOVE_OR_BELOW'].some((word) => cursor.take(word)))
    throw cursor.unexpected();
  if (!cursor.take('(')) {
    cursor.takeKind('name');
    return;
  }
  do cursor.takeKind('name');
  while (cursor.take(','));
  cursor.expect(')');
}

function passOptions(cursor: Cursor): void {
  cursor.expect('(');
  do passAssignment(cursor);
  while (cursor.take(','));
  cursor.expect(')');
}

/** `UserId = '005…'` */
function passAssignment(cursor: Cursor): void {
  cursor.takeKind('name');
  cursor.expect('=');
  if (!['string', 'number', 'name'].includes(cursor.peek().kind)) throw cursor.unexpected();
  cursor.next();
}
