import type { Cursor } from './cursor.js';
import { readExpression, readValue } from './expressions.js';
import type { Token } from './tokens.js';

/**
 * Reads the conditions of WHERE or HAVING, however many parentheses are around them.
 * @returns the fields that they compare, without those of subqueries
 */
export function readConditions(cursor: Cursor, readSubquery: () => unknown): Token[] {
  const fields: Token[] = [];
  let open = 0;
  do {
    while (cursor.isAt('NOT') || cursor.isAt('(')) {
      if (cursor.take('(')) open += 1;
      else cursor.take('NOT');
    }
    const field = readComparison(cursor, readSubquery);
    if (field !== undefined) fields.push(field);
    while (open > 0 && cursor.take(')')) open -= 1;
  } while (cursor.take('AND') || cursor.take('OR'));
  if (open > 0) cursor.fail('close');
  return fields;
}

const operators = ['=', '!=', '<>', '<', '<=', '>', '>=', 'LIKE'];

function readComparison(cursor: Cursor, readSubquery: () => unknown): Token | undefined {
  const { field } = readExpression(cursor);
  if (cursor.take('IN') || cursor.take('NOT', 'IN')) {
    if (cursor.isAt('(', 'SELECT')) readSubquery();
    else readValues(cursor);
  } else if (cursor.take('INCLUDES') || cursor.take('EXCLUDES')) {
    readValues(cursor);
  } else {
    if (!operators.some((operator) => cursor.take(operator))) cursor.fail('operator');
    readValue(cursor);
  }
  return field;
}

function readValues(cursor: Cursor): void {
  cursor.expect('(', 'open');
  cursor.list(() => readValue(cursor));
  cursor.expect(')', 'close');
}
