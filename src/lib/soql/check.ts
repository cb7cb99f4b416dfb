import type { DescribeOf } from '../describe/describe-of.js';
import { bulkProblems } from './bulk-limits.js';
import { fieldProblems } from './check-fields.js';
import { outlineSoql, type SoqlOutline } from './outline.js';
import { parseSoql } from './parse.js';
import { plainShape } from './plain-shape.js';
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
  const read = await readShape(text);
  if (!('shape' in read)) {
    const problems = [...early, ...(read.problem === undefined ? [] : [read.problem])];
    return { shape: undefined, problems, restCanServe: problems.length === 0 };
  }
  const { outline, shape } = read;
  const problems = [
    ...early,
    ...bulkProblems(shape, outline),
    ...(describeOf === undefined ? [] : await fieldProblems(shape, outline, describeOf)),
  ].sort((a, b) => a.position.offset - b.position.offset);
  return { shape, problems, restCanServe: problems.every(({ restServes }) => restServes) };
}

type ShapeRead =
  | { readonly outline: SoqlOutline; readonly shape: SoqlShape }
  /** No problem either: the parser knows the query, and the outline does not. */
  | { readonly problem: SoqlProblem | undefined };

async function readShape(soql: string): Promise<ShapeRead> {
  const outline = outlineSoql(soql);
  const plain = outline === undefined ? undefined : plainShape(outline);
  if (outline !== undefined && plain !== undefined) return { outline, shape: plain };
  const parsed = await parseSoql(soql);
  if ('problem' in parsed || outline === undefined)
    return { problem: 'problem' in parsed ? parsed.problem : undefined };
  return { outline, shape: shapeOf(parsed.query, outline) };
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
