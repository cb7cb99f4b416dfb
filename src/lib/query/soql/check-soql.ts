import type { DescribeOf } from '../../describe/describe-of.js';
import { bulkProblems } from './bulk-limits.js';
import { fieldProblems } from './check-fields.js';
import { outlineSoql } from './outline.js';
import { parseSoql } from './parse.js';
import { positionAt, type SoqlProblem } from './problem.js';
import { shapeOf, type SoqlShape } from './shape.js';

export type SoqlCheck = {
  /** Undefined when the query could not be parsed. */
  readonly shape: SoqlShape | undefined;
  /** Everything that keeps the query from running as a Bulk job, in the order of the text. */
  readonly problems: readonly SoqlProblem[];
  /** Nothing stands in the way of sending the query to REST instead. */
  readonly restCanServe: boolean;
};

/**
 * Parses a query and names what Bulk API 2.0 could not do with it, before anything is sent.
 * With `describeOf`, fields are checked as well; it is asked for the object after FROM and for its parents.
 */
export async function checkSoql(
  soql: string,
  { describeOf }: { readonly describeOf?: DescribeOf } = {},
): Promise<SoqlCheck> {
  const { text, problems: early } = withoutAllRows(soql);
  const parsed = await parseSoql(text);
  if ('problem' in parsed)
    return { shape: undefined, problems: [...early, parsed.problem], restCanServe: false };
  const outline = outlineSoql(text);
  if (outline === undefined) return { shape: undefined, problems: early, restCanServe: early.length === 0 };
  const shape = shapeOf(parsed.query, outline);
  const problems = [
    ...early,
    ...bulkProblems(shape, outline),
    ...(describeOf === undefined ? [] : await fieldProblems(shape, outline, describeOf)),
  ].sort((a, b) => a.position.offset - b.position.offset);
  return { shape, problems, restCanServe: problems.every(({ restServes }) => restServes) };
}

/** `ALL ROWS` is Apex; over the APIs it is the operation `queryAll`. */
function withoutAllRows(soql: string): { text: string; problems: SoqlProblem[] } {
  const clause = outlineSoql(soql)?.clauses.get('ALL ROWS');
  if (clause === undefined) return { text: soql, problems: [] };
  const problem: SoqlProblem = {
    code: 'ALL_ROWS',
    message: 'ALL ROWS works in Apex only.',
    wayOut: 'Leave it out and use --all-rows, which returns deleted records too.',
    position: positionAt(soql, clause.start),
    restServes: false,
  };
  const blank = ' '.repeat(clause.end - clause.start);
  return { text: soql.slice(0, clause.start) + blank + soql.slice(clause.end), problems: [problem] };
}
