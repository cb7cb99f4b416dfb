import type { SoqlOutline } from './outline.js';
import { positionAt, type SoqlProblem, type SoqlProblemCode } from './problem.js';
import type { SelectedItem, SoqlShape } from './shape.js';

/** Longest SOQL the service takes, in characters (Salesforce Developer Limits: SOQL statement length). */
const maxSoqlCharacters = 100_000;

type Refusal = Pick<SoqlProblem, 'code' | 'message' | 'wayOut'>;

/**
 * What of a query Bulk API 2.0 cannot do (Bulk API guide: Understanding Bulk API 2.0 Query), in the order of the
 * text. REST can do all of it, page by page.
 */
export function bulkProblems({ items, ...shape }: SoqlShape, outline: SoqlOutline): SoqlProblem[] {
  const { soql, clauses } = outline;
  const inSelect = items.flatMap((item) => {
    const refusal = refuseItem(item, shape.object);
    return refusal === undefined ? [] : [{ ...refusal, start: item.start }];
  });
  const inClauses = clauseRefusals.flatMap(({ clause, ...refusal }) => {
    const found = clauses.get(clause);
    return found === undefined ? [] : [{ ...refusal, start: found.start }];
  });
  const problems = [...inSelect, ...inClauses].map(({ start, ...refusal }): SoqlProblem => ({
    ...refusal,
    position: positionAt(soql, start),
    restServes: true,
  }));
  return soql.length > maxSoqlCharacters ? [...problems, tooLong(soql)] : problems;
}

function refuseItem({ kind, text }: SelectedItem, object: string): Refusal | undefined {
  const refuse = (code: SoqlProblemCode, message: string, wayOut: string) => ({ code, message, wayOut });
  switch (kind) {
    case 'field':
    case 'function':
      return undefined;
    case 'aggregate':
      return refuse(
        'AGGREGATE',
        `Bulk jobs return records and compute nothing, so "${text}" cannot be one.`,
        'Select the records and compute from them, or let REST compute it.',
      );
    case 'subquery':
      return refuse(
        'SUBQUERY',
        'Bulk jobs return a flat table, which has no place for the records of a subquery.',
        `Query the child object by itself and select its lookup to ${object}, or use REST.`,
      );
    case 'typeof':
      return refuse(
        'TYPEOF',
        'Bulk jobs do not know TYPEOF.',
        'Select what the parents have in common, such as What.Name and What.Type, or use REST.',
      );
    case 'fields':
      // FIELDS(STANDARD) is served; the others depend on the org's own fields (SOQL reference: FIELDS()).
      return /\(\s*STANDARD\s*\)/i.test(text)
        ? undefined
        : refuse(
            'FIELDS_FUNCTION',
            `Bulk jobs do not know "${text}".`,
            `Use --sobject ${object} --all-fields, which names the fields one by one.`,
          );
  }
}

const clauseRefusals = [
  {
    clause: 'GROUP BY',
    code: 'GROUP_BY',
    message: 'Bulk jobs cannot group records.',
    wayOut: 'Select the records and group them yourself, or let REST group them.',
  },
  {
    clause: 'OFFSET',
    code: 'OFFSET',
    message: 'Bulk jobs cannot skip records with OFFSET.',
    wayOut: 'Leave OFFSET out: the export returns every record, however many there are.',
  },
] as const;

function tooLong(soql: string): SoqlProblem {
  return {
    code: 'TOO_LONG',
    message: `The query has ${soql.length} characters; the service takes ${maxSoqlCharacters}.`,
    wayOut: 'Select fewer fields, or split a long list of values over several queries.',
    position: positionAt(soql, maxSoqlCharacters),
    restServes: false,
  };
}
