import { fitsAddress } from '../api/rest.js';
import type { DescribeOf } from '../describe/describe.js';
import { noObject } from '../describe/no-object.js';
import { UsageError } from '../errors.js';
import { checkSoql } from '../soql/check.js';
import { SoqlError, type SoqlProblem } from '../soql/problem.js';
import { selectAll } from '../soql/select-all.js';
import type { SoqlShape } from '../soql/shape.js';

/** What to export: a query, or an object with its fields. */
export type QuerySource =
  | { readonly soql: string }
  | {
      readonly object: string;
      /** Default: every field that a Bulk job can return. */
      readonly fields?: readonly string[];
      /** A condition, with or without the word WHERE before it. */
      readonly where?: string;
    };

export type PreparedQuery = {
  readonly soql: string;
  readonly shape: SoqlShape | undefined;
  /** Where the query could not be read, and so not be checked: only the org can tell whether it is right. */
  readonly unread: SoqlProblem | undefined;
  /** Fields of the object that were not selected because a Bulk job cannot return them. */
  readonly leftOut: readonly string[];
};

export type PrepareOptions = {
  readonly describeOf: DescribeOf;
  /** Names of all objects of the org; asked for when one is named that is not there. */
  readonly objectNames: () => Promise<readonly string[]>;
  /** What is going to run the query. */
  readonly through: 'bulk' | 'rest';
};

/**
 * Writes the query where only an object was named, and checks it before anything is sent.
 * @throws SoqlError what is wrong with the query, each with its place and a way out
 * @throws UsageError the org has no such object
 */
export async function prepareQuery(source: QuerySource, options: PrepareOptions): Promise<PreparedQuery> {
  const { soql, leftOut } =
    'soql' in source ? { soql: source.soql, leftOut: [] } : await queryFor(source, options);
  const { describeOf, through } = options;
  if (through === 'rest' && !fitsAddress(soql)) throw await tooLongForRest(soql);
  const { shape, problems, unread } = await checkSoql(soql, { describeOf });
  const inTheWay = problems.filter(({ restServes }) => through === 'bulk' || !restServes);
  if (inTheWay.length > 0) throw new SoqlError(inTheWay);
  if (shape !== undefined && (await describeOf(shape.object)) === undefined)
    throw await noObject(shape.object, options);
  return { soql, shape, unread, leftOut };
}

async function tooLongForRest(soql: string): Promise<UsageError> {
  const { problems } = await checkSoql(soql);
  const action =
    problems.length === 0
      ? 'Leave out --rest: as a Bulk job the query may have 100,000 characters.'
      : 'Select fewer fields, or split a long list of values over several queries.';
  return new UsageError(
    `The query has ${soql.length} characters, which is too long for REST: it takes a query in an address of 16,384 bytes.`,
    { actions: [action], data: { characters: soql.length } },
  );
}

type ObjectSource = Extract<QuerySource, { object: string }>;

async function queryFor({ object, fields, where }: ObjectSource, options: PrepareOptions) {
  const describe = await options.describeOf(object);
  if (describe === undefined) throw await noObject(object, options);
  return selectAll({
    describe,
    ...(fields === undefined ? {} : { fields }),
    ...(where === undefined ? {} : { where }),
  });
}
