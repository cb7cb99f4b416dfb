import type { Cursor } from './cursor.js';
import type { Token } from './tokens.js';

/** A field, or a function of one. */
export type Expression = {
  /** The field: in a function its first argument that is one. */
  readonly field: Token | undefined;
  /** The names of the functions, the outermost first; none for a plain field. */
  readonly functions: readonly Token[];
};

/** Reads `Name`, `toLabel(Status)`, `FORMAT(convertCurrency(Amount))`, `DISTANCE(Place__c, GEOLOCATION(1, 2), 'km')`. */
export function readExpression(cursor: Cursor): Expression {
  const name = readName(cursor);
  if (!cursor.take('(')) return { field: name, functions: [] };
  const inner = cursor.nested(() => (cursor.isAt(')') ? [] : cursor.list(() => readArgument(cursor))));
  cursor.expect(')', 'close');
  return {
    field: inner.find(({ field }) => field !== undefined)?.field,
    functions: [name, ...inner.flatMap(({ functions }) => functions)],
  };
}

function readArgument(cursor: Cursor): Expression {
  if (cursor.peek()?.kind === 'word') return readExpression(cursor);
  readValue(cursor);
  return { field: undefined, functions: [] };
}

/** Words that stand for nothing else (SOQL reference: Alias Notation); `AS` and `BY` are what people write there. */
const keywords = new Set(
  (
    'AND AS ASC BY DESC EXCLUDES FALSE FIRST FROM GROUP HAVING IN INCLUDES LAST LIKE LIMIT NOT NULL NULLS OR SELECT ' +
    'TRUE USING WHERE WITH'
  ).split(' '),
);

export function isReserved(word: string): boolean {
  return keywords.has(word.toUpperCase());
}

/** Reads the name of a field or an object, or a path. `Group` is an object, too. */
export function readName(cursor: Cursor): Token {
  const token = cursor.peek();
  const isName = token?.kind === 'word' && (!isReserved(token.text) || token.text.toUpperCase() === 'GROUP');
  if (!isName) return cursor.fail('name');
  cursor.at += 1;
  return token;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const day = String.raw`\d{4}-\d\d-\d\d`;
const time = String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?`;
const zone = String.raw`(?:Z|[+-]\d\d:?\d\d)`;
const dateOrTime = new RegExp(`^(?:${day}(?:T${time}${zone})?|${time}Z?)$`, 'i');
const amount = /^[A-Z]{3}\d+(?:\.\d+)?$/i;

/** SOQL reference: Date Formats and Date Literals. */
const dateLiteral =
  /^(?:YESTERDAY|TODAY|TOMORROW|(?:LAST|THIS|NEXT)_(?:WEEK|MONTH|(?:FISCAL_)?(?:QUARTER|YEAR))|(?:LAST|NEXT)_90_DAYS)$/i;
const countedDateLiteral =
  /^(?:(?:LAST|NEXT)_N_(?:DAYS|WEEKS|MONTHS|(?:FISCAL_)?(?:QUARTERS|YEARS))|N_(?:DAYS|WEEKS|MONTHS|(?:FISCAL_)?(?:QUARTERS|YEARS))_AGO)$/i;

/** Reads what a field is compared with: text, a number, an amount, a date or time, TRUE, FALSE, NULL, `LAST_N_DAYS:3`. */
export function readValue(cursor: Cursor): void {
  if (cursor.takeKind('text') !== undefined) return;
  const { kind, text = '' } = cursor.peek() ?? {};
  if (kind === 'literal' && (number.test(text) || dateOrTime.test(text) || amount.test(text))) cursor.at += 1;
  else if (kind === 'word' && isWordValue(text)) cursor.at += 1;
  else if (kind === 'word' && countedDateLiteral.test(text)) readCountedDate(cursor);
  else cursor.fail('value');
}

function isWordValue(text: string): boolean {
  return /^(?:NULL|TRUE|FALSE)$/i.test(text) || dateLiteral.test(text) || amount.test(text);
}

function readCountedDate(cursor: Cursor): void {
  cursor.at += 1;
  cursor.expect(':', 'other');
  readCount(cursor);
}

/** Reads a whole number, without a sign. */
export function readCount(cursor: Cursor): void {
  const { kind, text = '' } = cursor.peek() ?? {};
  if (kind !== 'literal' || !/^\d+$/.test(text)) cursor.fail('count');
  cursor.at += 1;
}
