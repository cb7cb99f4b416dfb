import { fitsAddress } from '../api/rest.js';
import type { DescribeOf } from '../describe/describe.js';
import { fieldProblems } from './fields.js';
import type { SoqlOutline } from './outline.js';
import { parseSoql } from './parse.js';
import { mostProblems, positionAt, type SoqlProblem, type SoqlProblemCode } from './problem.js';
import type { SelectedItem, SoqlShape } from './shape.js';

/** Longest SOQL the service takes, in characters (Salesforce Developer Limits: SOQL statement length). */
export const maxSoqlCharacters = 100_000;

export type SoqlCheck = {
  /** Undefined when the query could not be read. */
  readonly shape: SoqlShape | undefined;
  /** What keeps the query from running as a Bulk job, in the order of the text; at most 20. */
  readonly problems: readonly SoqlProblem[];
  /**
   * Where the query could not be read on, though it has no mistake that is known. The org may know SOQL that this
   * library does not.
   */
  readonly unread: SoqlProblem | undefined;
};

/**
 * Reads a query and names what Bulk API 2.0 could not do with it, before anything is sent.
 * With `describeOf`, fields are checked as well; it is asked for the object after FROM and for its parents.
 */
export async function checkSoql(
  soql: string,
  { describeOf }: { readonly describeOf?: DescribeOf } = {},
): Promise<SoqlCheck> {
  const parsed = parseSoql(soql);
  if ('unread' in parsed) {
    const { unread, isMistake } = parsed;
    return isMistake
      ? { shape: undefined, problems: [unread], unread: undefined }
      : { shape: undefined, problems: [], unread };
  }
  const { shape, outline } = parsed;
  const problems = [
    ...bulkProblems(shape, outline),
    ...(describeOf === undefined ? [] : await fieldProblems(shape, outline, describeOf)),
  ].sort((a, b) => a.position.offset - b.position.offset);
  const fits = fitsAddress(soql);
  return {
    shape,
    problems: problems
      .slice(0, mostProblems)
      .map((each) => ({ ...each, restServes: each.restServes && fits })),
    unread: undefined,
  };
}

type Refusal = Pick<SoqlProblem, 'code' | 'message' | 'wayOut' | 'restServes'>;

/**
 * What of a query Bulk API 2.0 cannot do (Bulk API guide: Understanding Bulk API 2.0 Query). REST can do most of it,
 * page by page.
 */
function bulkProblems({ items, object }: SoqlShape, { soql, clauses }: SoqlOutline): SoqlProblem[] {
  const refusals: Array<Refusal & { readonly start: number }> = [];
  for (const item of items) {
    const refusal = refuseItem(item, object);
    if (refusal !== undefined) refusals.push({ ...refusal, start: item.start });
    if (refusals.length >= mostProblems) break;
  }
  for (const { clause, ...refusal } of clauseRefusals) {
    const found = clauses.get(clause);
    if (found !== undefined) refusals.push({ ...refusal, start: found.start });
  }
  if (soql.length > maxSoqlCharacters) refusals.push({ ...tooLong(soql), start: maxSoqlCharacters });
  return refusals.map(({ start, ...refusal }) => ({ ...refusal, position: positionAt(soql, start) }));
}

function refuseItem({ kind, text }: SelectedItem, object: string): Refusal | undefined {
  const refuse = (code: SoqlProblemCode, message: string, wayOut: string): Refusal => ({
    code,
    message,
    wayOut,
    restServes: true,
  });
  switch (kind) {
    case 'field':
    case 'function':
      return undefined;
    case 'aggregate':
      return refuse(
        'AGGREGATE',
        `Bulk queries can't use aggregates such as "${text}".`,
        'Select the records and compute from them, or let REST compute it.',
      );
    case 'subquery':
      return refuse(
        'SUBQUERY',
        'Bulk queries return a flat table, which has no place for the records of a subquery.',
        `Query the child object by itself and select its lookup to ${object}, or use REST.`,
      );
    case 'typeof':
      return refuse(
        'TYPEOF',
        "Bulk queries can't use TYPEOF.",
        'Select what the parents have in common, such as What.Name and What.Type, or use REST.',
      );
    case 'fields':
      // FIELDS(STANDARD) is served; the others depend on the org's own fields (SOQL reference: FIELDS()).
      return /\(\s*STANDARD\s*\)/i.test(text)
        ? undefined
        : refuse(
            'FIELDS_FUNCTION',
            `Bulk queries can't use "${text}".`,
            `Use --sobject ${object} --all-fields, which names the fields one by one.`,
          );
  }
}

const clauseRefusals = [
  {
    clause: 'GROUP BY',
    code: 'GROUP_BY',
    message: "Bulk queries can't group records.",
    wayOut: 'Select the records and group them yourself, or let REST group them.',
    restServes: true,
  },
  {
    clause: 'OFFSET',
    code: 'OFFSET',
    message: "Bulk queries can't skip records with OFFSET.",
    wayOut: 'Leave OFFSET out: the export returns every record, however many there are.',
    restServes: true,
  },
  {
    clause: 'ALL ROWS',
    code: 'ALL_ROWS',
    message: 'ALL ROWS works in Apex only.',
    wayOut: 'Leave it out and use --all-rows, which returns deleted records too.',
    restServes: false,
  },
] as const;

function tooLong({ length }: string): Refusal {
  return {
    code: 'TOO_LONG',
    message: `The query has ${length} characters; the service takes ${maxSoqlCharacters}.`,
    wayOut: 'Select fewer fields, or split a long list of values over several queries.',
    restServes: false,
  };
}
