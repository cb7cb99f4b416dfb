import type { Wanted } from './cursor.js';
import { Place } from './place.js';

/** What is wrong, and what to write instead. */
export type Explanation = { readonly message: string; readonly wayOut: string };

type Mistake = {
  readonly applies: (place: Place) => boolean;
  readonly message: string | ((place: Place) => string);
  readonly wayOut: string | ((place: Place) => string);
};

/**
 * Explains what people write by mistake or out of habit from other languages, where the fix is known. Only the tokens
 * around the place where the query can't be read on are judged: text in quotes never is.
 */
export function explainMistake(place: Place): Explanation | undefined {
  const mistake = mistakes.find(({ applies }) => applies(place));
  if (mistake === undefined) return undefined;
  const textOf = (text: Mistake['message']): string => (typeof text === 'string' ? text : text(place));
  return { message: textOf(mistake.message), wayOut: textOf(mistake.wayOut) };
}

/** Where the fix is not known: what stopped the reader, and what it looked for. */
export function describePlace(place: Place): string {
  const wanted = wantedTexts[place.wanted];
  const expected = wanted === undefined ? '' : ` ${wanted} was expected.`;
  return place.isEnd
    ? `The query ends too early.${expected}`
    : `"${place.text()}" is not understood here.${expected}`;
}

const wantedTexts: Readonly<Partial<Record<Wanted, string>>> = {
  select: 'SELECT',
  from: 'FROM',
  name: 'A name',
  value: 'A value',
  operator: 'An operator such as "=" or LIKE',
  count: 'A whole number',
  open: 'An opening parenthesis',
  close: 'A closing parenthesis',
};

const beginnings: readonly Mistake[] = [
  {
    applies: ({ tokens }) => tokens.length === 0,
    message: 'The query is empty.',
    wayOut: 'Write SELECT … FROM ….',
  },
  {
    applies: (place) =>
      (place.is('-') && place.text(1).startsWith('-')) || (place.is('/') && place.is('/ *', 1)),
    message: 'SOQL has no comments.',
    wayOut:
      'Leave out the comment, or put the query into a file for --query-file, where comments are allowed.',
  },
  {
    applies: (place) => place.wanted === 'select' && place.is('['),
    message: 'Brackets around a query work in Apex only.',
    wayOut: 'Leave out the brackets.',
  },
  {
    applies: (place) => place.wanted === 'select' && place.is('FIND'),
    message: 'FIND is SOSL, which searches. Only SOQL works here.',
    wayOut: "Query an object with LIKE: SELECT Id FROM Account WHERE Name LIKE '%Acme%'.",
  },
  {
    applies: (place) => place.wanted === 'select' && place.is('INSERT UPDATE UPSERT DELETE MERGE'),
    message: (place) => `SOQL only reads records. SELECT was expected, not ${place.text()}.`,
    wayOut: 'To change what a query finds, use "sf bulk2 update --query" or "sf bulk2 delete --query".',
  },
  {
    applies: ({ wanted }) => wanted === 'select',
    message: describePlace,
    wayOut: 'Begin the query with SELECT.',
  },
];

const marks: readonly Mistake[] = [
  {
    applies: (place) => place.is(';'),
    message: 'SOQL does not end with ";".',
    wayOut: 'Leave out the ";".',
  },
  {
    applies: (place) => place.is('‘ ’ “ ” „ ‚ « »'),
    message: (place) => `SOQL does not know the quotation mark ${place.text()}.`,
    wayOut: "Put text in straight single quotes: 'text'.",
  },
  {
    applies: (place) => place.is('"'),
    message: 'SOQL puts text in single quotes.',
    wayOut: 'Write \'text\' in place of "text".',
  },
  {
    applies: (place) => place.is('` ['),
    message: 'SOQL writes names without quotation marks and brackets.',
    wayOut: (place) => `Leave out the ${place.text()}.`,
  },
  {
    applies: (place) => place.token(-1)?.kind === 'text' && place.isAttached && !place.is(') ,'),
    message: 'The text ends before this place, at the quote in front of it.',
    wayOut: "Write \\' for a quote inside a text, as in 'O\\'Brien'.",
  },
  {
    applies: (place) => place.is("'"),
    message: 'The text that opens here is never closed.',
    wayOut: 'Close it with a single quote.',
  },
  {
    applies: (place) => place.is(':'),
    message: 'Bind variables such as ":name" work in Apex only.',
    wayOut: 'Write the value itself in their place.',
  },
];

const operators: readonly Mistake[] = [
  {
    applies: (place) => place.is('=') && place.is('= !=', -1),
    message: (place) => `SOQL has no "${place.text(-1)}=".`,
    wayOut: (place) => `Write "${place.text(-1)}".`,
  },
  {
    applies: (place) => place.is('< >') && place.is('=', -1),
    message: (place) => `SOQL has no "=${place.text()}".`,
    wayOut: (place) => `Write "${place.text()}=".`,
  },
  {
    applies: (place) => place.is('& |') && place.text(1) === place.text(),
    message: (place) => `SOQL has no "${place.text().repeat(2)}".`,
    wayOut: (place) => `Write ${place.is('&') ? 'AND' : 'OR'}.`,
  },
  { applies: (place) => place.is('!'), message: 'SOQL has no "!" by itself.', wayOut: 'Write NOT.' },
  {
    applies: (place) => place.is('IS') && place.wanted === 'operator',
    message: (place) => `SOQL has no IS ${place.is('NOT', 1) ? 'NOT NULL' : 'NULL'}.`,
    wayOut: (place) => `Write "${place.text(-1)} ${place.is('NOT', 1) ? '!=' : '='} null".`,
  },
  {
    applies: (place) => place.is('BETWEEN'),
    message: 'SOQL has no BETWEEN.',
    wayOut: (place) => `Write "${place.text(-1)} >= … AND ${place.text(-1)} <= …".`,
  },
  {
    applies: (place) => place.is('NOT') && place.is('LIKE', 1),
    message: 'SOQL has no NOT LIKE.',
    wayOut: (place) => `Write "(NOT ${place.text(-1)} LIKE ${place.text(2) || "'…'"})".`,
  },
  {
    applies: (place) => place.is('ILIKE RLIKE REGEXP CONTAINS'),
    message: (place) => `SOQL has no ${place.text()}.`,
    wayOut: "Write LIKE, as in Name LIKE '%acme%'. Upper and lower case don't matter.",
  },
  {
    applies: (place) => place.wanted === 'open' && place.is('IN INCLUDES EXCLUDES', -1),
    message: (place) => `${place.text(-1)} takes a list in parentheses.`,
    wayOut: (place) => `Write "${place.text(-1)} (${place.text() || '…'})".`,
  },
  {
    applies: (place) => place.is(')') && place.is('(', -1) && place.is('IN INCLUDES EXCLUDES', -2),
    message: 'The list is empty.',
    wayOut: 'Write at least one value between the parentheses.',
  },
  {
    applies: (place) => place.is('+ - * / %') && place.wanted === 'operator',
    message: 'SOQL compares fields with values and does not calculate.',
    wayOut: 'Write the calculated value, or use a formula field.',
  },
];

const values: readonly Mistake[] = [
  {
    applies: (place) => place.wanted === 'value' && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(place.text()),
    message: (place) => `The time ${place.text()} has no time zone.`,
    wayOut: (place) => `Write ${place.text()}Z for UTC, or end it with an offset such as +02:00.`,
  },
  {
    applies: (place) =>
      (place.token()?.kind === 'literal' && place.wanted === 'value') ||
      (place.token(-1)?.kind === 'literal' && /^[/:\d]/.test(place.text()) && place.wanted !== 'from'),
    message: 'This is no date, time or number that SOQL knows.',
    wayOut: 'Write a day as 2026-01-31, and a time as 2026-01-31T08:00:00Z.',
  },
  {
    applies: (place) =>
      place.wanted === 'value' && place.is('NOW GETDATE SYSDATE CURRENT_DATE CURRENT_TIMESTAMP'),
    message: (place) => `SOQL has no ${place.text()}.`,
    wayOut: 'Write TODAY, or another date literal such as LAST_N_DAYS:7.',
  },
  {
    applies: (place) => place.wanted === 'value' && /^[\p{L}\d]+$/u.test(place.text()) && !place.is('( :', 1),
    message: (place) => `"${place.text()}" is no value: text needs single quotes.`,
    wayOut: (place) => `Write '${place.text()}'.`,
  },
];

const selectLists: readonly Mistake[] = [
  {
    applies: (place) => place.is('TOP', -1) && place.token()?.kind === 'literal',
    message: 'SOQL has no TOP.',
    wayOut: (place) => `Leave out "TOP ${place.text()}", and end the query with "LIMIT ${place.text()}".`,
  },
  {
    applies: (place) => place.is('DISTINCT', -1) && place.is('(', -2),
    message: 'SOQL has no DISTINCT.',
    wayOut: (place) => `Write COUNT_DISTINCT(${place.text()}), and add --rest.`,
  },
  {
    applies: (place) => place.is('DISTINCT', -1),
    message: 'SOQL has no DISTINCT.',
    wayOut: (place) => `Write SELECT ${place.text()} FROM … GROUP BY ${place.text()}, and add --rest.`,
  },
  {
    applies: (place) => place.is('AS'),
    message: 'SOQL has no AS.',
    wayOut: (place) => `Leave out AS: only the name "${place.text(1)}" follows.`,
  },
  {
    applies: (place) => place.is('*') && place.is('(', -1),
    message: 'SOQL has no "*".',
    wayOut: 'Write COUNT() or COUNT(Id), and add --rest.',
  },
  {
    applies: (place) => place.is('*'),
    message: 'SOQL has no "*".',
    wayOut: 'Name the fields, or use --sobject with --all-fields.',
  },
  {
    applies: (place) => place.is('FROM') && place.is(',', -1),
    message: 'There is no field after the last comma.',
    wayOut: 'Leave out the comma before FROM.',
  },
  {
    applies: (place) => place.is('CASE', -1) || place.is('CASE', -2),
    message: 'SOQL has no CASE.',
    wayOut: 'Select the field itself, or use a formula field.',
  },
  {
    applies: (place) => place.wanted === 'comma' || (place.wanted === 'from' && place.isBefore('FROM')),
    message: (place) => `"${place.text()}" is not understood here. A comma or FROM was expected.`,
    wayOut: 'Put a comma between two fields.',
  },
];

const clauses: readonly Mistake[] = [
  {
    applies: (place) => place.is('ORDER GROUP') && !place.is('BY', 1),
    message: (place) => `${place.text()} needs BY.`,
    wayOut: (place) => `Write "${place.text()} BY ${place.text(1)}".`,
  },
  {
    applies: (place) => place.is('ORDER GROUP', -1) && !place.isEnd,
    message: (place) => `${place.text(-1)} needs BY.`,
    wayOut: (place) => `Write "${place.text(-1)} BY ${place.text()}".`,
  },
  {
    applies: (place) => [0, -1].some((ahead) => place.is('JOIN', ahead)),
    message: 'SOQL has no JOIN.',
    wayOut: 'Name the fields of a parent by their path, such as Account.Name.',
  },
  {
    applies: (place) => place.is('UNION INTERSECT EXCEPT MINUS'),
    message: (place) => `SOQL has no ${place.text()}.`,
    wayOut: 'Run the queries one by one, or join their conditions by OR.',
  },
  {
    applies: (place) => place.is(',') && place.is('LIMIT', -2),
    message: 'LIMIT takes one number.',
    wayOut: 'Write "LIMIT number OFFSET number".',
  },
  {
    applies: (place) => (place.is('LIMIT OFFSET') && !place.isClause) || place.wanted === 'count',
    message: 'LIMIT and OFFSET take a whole number. A whole number was expected.',
    wayOut: 'Write a number without a sign, such as LIMIT 100.',
  },
  {
    applies: (place) => place.isClause && ['end', 'close'].includes(place.wanted) && place.unclosed === 0,
    message: (place) => `${place.text().toUpperCase()} stands twice, or in the wrong place.`,
    wayOut: 'Write each clause once, in this order: WHERE, WITH, GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET.',
  },
];

const endings: readonly Mistake[] = [
  {
    applies: (place) => place.is(')') && place.unclosed < 0,
    message: describePlace,
    wayOut: 'Leave out the ")", or open it with a "(" before.',
  },
  {
    applies: (place) => place.wanted === 'close' && place.unclosed > 0,
    message: describePlace,
    wayOut: 'Close each "(" with a ")".',
  },
  { applies: ({ isEnd }) => isEnd, message: describePlace, wayOut: 'Complete the query.' },
];

const mistakes = [...beginnings, ...marks, ...operators, ...values, ...selectLists, ...clauses, ...endings];
