import { UsageError } from '../errors.js';
import { maxSoqlCharacters } from './check.js';
import { parseSoql } from './parse.js';
import { addCondition, outlineForRewrite, withFields } from './rewrite.js';
import { SoqlError } from './problem.js';

/** What a quoted id of 18 characters and the comma behind it take. */
const idCharacters = 21;

/** Clauses that several queries over a part of the ids each would not obey as one query does. */
const clausesInTheWay = ['ORDER BY', 'LIMIT', 'OFFSET', 'GROUP BY'] as const;

/** A query that is to be narrowed to ids, a list at a time. */
export type QueryByIds = {
  /** It selects Id. */
  readonly soql: string;
  /** Id was not selected before. */
  readonly hasIdAdded: boolean;
  /** How many ids one query takes at most. */
  readonly idsPerQuery: number;
};

/**
 * Makes a query fit for being run over lists of ids: it selects Id, by which each record is known.
 * @throws SoqlError it can't be read to its end
 * @throws UsageError it orders or limits its records, or has no room for ids
 */
export function queryByIds(soql: string): QueryByIds {
  const parsed = parseSoql(soql);
  if ('unread' in parsed) throw new SoqlError([parsed.unread]);
  const { shape, outline } = parsed;
  const clause = clausesInTheWay.find((each) => outline.clauses.has(each));
  if (clause !== undefined) {
    throw new UsageError(`An export by ids can't have ${clause}: it takes a query for each list of ids.`, {
      actions: [`Leave out ${clause}.`],
      data: { soql },
    });
  }
  const hasId = shape.items.some(
    ({ kind, path, alias }) =>
      kind === 'fields' || (kind === 'field' && path?.toLowerCase() === 'id' && alias === undefined),
  );
  const { start, end } = outline.selectList;
  const withId = hasId ? soql : withFields(outline, ['Id', soql.slice(start, end)]);
  const idsPerQuery = Math.floor((maxSoqlCharacters - narrowedToIds(withId, []).length) / idCharacters);
  if (idsPerQuery < 1) {
    throw new UsageError(`The query has ${soql.length} characters, which leaves no room for ids.`, {
      actions: ['Select fewer fields, or shorten the condition.'],
      data: { characters: soql.length },
    });
  }
  return { soql: withId, hasIdAdded: !hasId, idsPerQuery };
}

/** Narrows a query to records with these ids; what it asks of them still holds. */
export function narrowedToIds(soql: string, ids: readonly string[]): string {
  return addCondition(outlineForRewrite(soql), `Id IN (${ids.map((id) => `'${id}'`).join(',')})`);
}
