import { readConditions } from './conditions.js';
import { Cursor, UnreadableError } from './cursor.js';
import { isReserved, readCount, readExpression, readName, readValue } from './expressions.js';
import { clauseAt, outlineSoql, type ClauseName, type SoqlOutline, type Span } from './outline.js';
import { describePlace, explainMistake } from './mistakes.js';
import { Place } from './place.js';
import { positionAt, type SoqlProblem } from './problem.js';
import { shapeOf, type ReadItem, type ReadQuery, type SoqlShape } from './shape.js';
import { tokenize, type Token } from './tokens.js';

/** A query that was read to its end, or why it was not. */
export type ParsedSoql = { readonly shape: SoqlShape; readonly outline: SoqlOutline } | UnreadSoql;

export type UnreadSoql = {
  readonly unread: SoqlProblem;
  /** It has a mistake that is known, with its fix; otherwise the org may know SOQL that this library does not. */
  readonly isMistake: boolean;
};

/**
 * Reads a query as the SOQL reference describes it, in one pass. It knows no objects and no fields: what it reads the
 * org may refuse, and the org may take what it does not read.
 */
export function parseSoql(soql: string): ParsedSoql {
  const tokens = tokenize(soql);
  const cursor = new Cursor(tokens);
  try {
    const query = new QueryReader(cursor).query();
    const outline = outlineSoql(soql, tokens);
    if (cursor.peek() !== undefined || outline === undefined) return cursor.fail('end');
    return { shape: shapeOf(query, outline), outline };
  } catch (error) {
    if (error instanceof UnreadableError) return unreadSoql(soql, new Place(tokens, error));
    throw error;
  }
}

function unreadSoql(soql: string, place: Place): UnreadSoql {
  const mistake = explainMistake(place);
  const unread: SoqlProblem = {
    /** The query can't be read at a place, which the message names. */
    code: 'SYNTAX',
    message: describePlace(place),
    wayOut: 'Check the query near that position.',
    ...mistake,
    position: positionAt(soql, place.token()?.start ?? soql.trimEnd().length),
    restServes: false,
  };
  return { unread, isMistake: mistake !== undefined };
}

/** The order of clauses; those of one rank come in any order. */
const ranks: Readonly<Record<ClauseName, number>> = {
  USING: 1,
  WHERE: 2,
  WITH: 3,
  'GROUP BY': 4,
  HAVING: 5,
  'ORDER BY': 6,
  LIMIT: 7,
  OFFSET: 8,
  FOR: 9,
  UPDATE: 9,
  'SET OPTIONS': 9,
  'ALL ROWS': 10,
};

class QueryReader {
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  query(): ReadQuery {
    const cursor = this.#cursor;
    cursor.expect('SELECT', 'select');
    const items = cursor.list(() => this.#item());
    cursor.expect('FROM', 'from');
    const source = this.#source();
    while (cursor.take(',')) this.#parent();
    const { isGrouped, compared } = this.#clauses();
    // A plain field takes an alias in a grouped query only (SOQL reference: GROUP BY and aliases).
    const named = items.find(({ functions, alias }) => functions.length === 0 && alias !== undefined);
    if (named?.alias !== undefined && !isGrouped) cursor.fail('comma', named.alias);
    return { items, source, compared, isGrouped };
  }

  #item(): ReadItem {
    const cursor = this.#cursor;
    const start = cursor.peek()?.start ?? 0;
    const item = cursor.isAt('(', 'SELECT')
      ? this.#childRecords()
      : cursor.isAt('TYPEOF') && cursor.peek(1)?.kind === 'word'
        ? this.#typeOf()
        : { ...readExpression(cursor), alias: this.#alias() };
    return { ...item, start, end: cursor.peek(-1)?.end ?? start };
  }

  #childRecords(): Omit<ReadItem, keyof Span> {
    const { source, items } = this.#subquery();
    return { kind: 'subquery', field: source, functions: items.flatMap(({ functions }) => functions) };
  }

  #subquery(): ReadQuery {
    const cursor = this.#cursor;
    cursor.expect('(', 'open');
    const query = cursor.nested(() => this.query());
    cursor.expect(')', 'close');
    return query;
  }

  /** `TYPEOF What WHEN Account THEN Phone, Fax ELSE Name END` */
  #typeOf(): Omit<ReadItem, keyof Span> {
    const cursor = this.#cursor;
    const fields = () => cursor.list(() => readExpression(cursor));
    cursor.expect('TYPEOF', 'other');
    readName(cursor);
    const read: Array<ReturnType<typeof readExpression>> = [];
    do {
      cursor.expect('WHEN', 'other');
      readName(cursor);
      cursor.expect('THEN', 'other');
      read.push(...fields());
    } while (cursor.isAt('WHEN'));
    if (cursor.take('ELSE')) read.push(...fields());
    cursor.expect('END', 'other');
    return { kind: 'typeof', field: undefined, functions: read.flatMap(({ functions }) => functions) };
  }

  #alias(): Token | undefined {
    const cursor = this.#cursor;
    const token = cursor.peek();
    const isAlias =
      token?.kind === 'word' && !isReserved(token.text) && clauseAt(cursor.tokens, cursor.at) === undefined;
    return isAlias ? cursor.takeKind('word') : undefined;
  }

  /** The `c.Account a` of `FROM Contact c, c.Account a`. */
  #parent(): void {
    if (this.#cursor.peek()?.text.includes('.') !== true) this.#cursor.fail('name');
    this.#source();
  }

  /** `Account`, `Contact c` */
  #source(): Token {
    const source = readName(this.#cursor);
    if (this.#cursor.take('AS')) readName(this.#cursor);
    else this.#alias();
    return source;
  }

  #clauses(): Pick<ReadQuery, 'isGrouped' | 'compared'> {
    const cursor = this.#cursor;
    const names = new Set<ClauseName>();
    const compared: Token[] = [];
    for (let rank = 0; ;) {
      const name = clauseAt(cursor.tokens, cursor.at);
      // A clause in the wrong place is left for the caller to stumble at.
      if (name === undefined || ranks[name] < rank || (names.has(name) && name !== 'FOR')) break;
      rank = ranks[name];
      names.add(name);
      cursor.at += name.split(' ').length;
      const fields = this.#clauseBody(name);
      // The groups of a query are ordered by what it selects, aliases among it.
      if (name !== 'ORDER BY' || !names.has('GROUP BY')) compared.push(...fields);
    }
    return { isGrouped: names.has('GROUP BY') || names.has('HAVING'), compared };
  }

  /** @returns the fields that the clause compares or orders by */
  #clauseBody(name: ClauseName): Token[] {
    const cursor = this.#cursor;
    const words = (...each: string[]) => {
      cursor.list(() => each.some((word) => cursor.take(word)) || cursor.fail('other'));
      return [];
    };
    switch (name) {
      case 'WHERE':
        return readConditions(cursor, () => this.#subquery());
      case 'HAVING':
        readConditions(cursor, () => this.#subquery());
        return [];
      case 'ORDER BY':
        return cursor.list(() => readOrder(cursor)).flatMap((field) => field ?? []);
      case 'GROUP BY':
        cursor.list(() => readExpression(cursor));
        return [];
      case 'LIMIT':
      case 'OFFSET':
        readCount(cursor);
        return [];
      case 'USING':
        cursor.expect('SCOPE', 'other');
        readName(cursor);
        return [];
      case 'WITH':
        readWith(cursor);
        return [];
      case 'FOR':
        return words('VIEW', 'REFERENCE', 'UPDATE');
      case 'UPDATE':
        return words('TRACKING', 'VIEWSTAT');
      case 'SET OPTIONS':
        readOptions(cursor);
        return [];
      case 'ALL ROWS':
        return [];
    }
  }
}

function readOrder(cursor: Cursor): Token | undefined {
  const { field } = readExpression(cursor);
  if (!cursor.take('ASC')) cursor.take('DESC');
  if (!cursor.take('NULLS', 'FIRST')) cursor.take('NULLS', 'LAST');
  return field;
}

/** `SECURITY_ENFORCED`, `DATA CATEGORY a__c AT b__c`, `UserId = '005…'`, `RecordVisibilityContext (…)` */
function readWith(cursor: Cursor): void {
  if (cursor.take('DATA', 'CATEGORY')) {
    do readDataCategory(cursor);
    while (cursor.take('AND'));
    return;
  }
  if (['SECURITY_ENFORCED', 'USER_MODE', 'SYSTEM_MODE'].some((word) => cursor.take(word))) return;
  readName(cursor);
  if (cursor.isAt('(')) {
    readOptions(cursor);
    return;
  }
  cursor.expect('=', 'operator');
  readValue(cursor);
}

function readDataCategory(cursor: Cursor): void {
  readName(cursor);
  if (!['AT', 'ABOVE', 'BELOW', 'ABOVE_OR_BELOW'].some((word) => cursor.take(word))) cursor.fail('other');
  if (!cursor.take('(')) {
    readName(cursor);
    return;
  }
  cursor.list(() => readName(cursor));
  cursor.expect(')', 'close');
}

/** `(dataspace = 'default', honorEmptyStrings = true)` */
function readOptions(cursor: Cursor): void {
  cursor.expect('(', 'open');
  cursor.list(() => {
    readName(cursor);
    cursor.expect('=', 'other');
    readValue(cursor);
  });
  cursor.expect(')', 'close');
}
