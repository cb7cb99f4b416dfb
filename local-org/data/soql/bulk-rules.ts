import { JobFailure, OrgError } from '../../contracts.ts';
import type { Quirks } from '../quirks.ts';
import type { Query } from './ast.ts';
import type { BoundField } from './bind.ts';
import { isAggregate } from './aggregates.ts';
import type { ObjectSchema } from '../schema/schema.ts';

const withCsv = 'not supported in Bulk V2 Query with CSV content type';

function refuse(text: string, code = 'API_ERROR'): OrgError {
  return new OrgError(code, text);
}

/** Refuses an object that Bulk does not serve: its schema file says `"bulkSupported": false`. */
export function checkBulkObject({ name, bulkSupported }: ObjectSchema): void {
  if (bulkSupported !== false) return;
  throw new OrgError('INVALIDENTITY', `Entity '${name}' is not supported by the Bulk API.`);
}

/** Refuses the clauses that Bulk API 2.0 does not have. For the last three only the refusal is known, not the wording. */
export function checkBulkClauses(
  { select, groupBy, offset }: Query,
  { unsupportedClauseText }: Quirks,
): void {
  const refuseClause = (clause: string): OrgError =>
    refuse(unsupportedClauseText.replace('{clause}', clause));
  if (select.some(({ kind }) => kind === 'subquery')) throw refuse(`Aggregate Relationships ${withCsv}`);
  if (select.some(({ kind }) => kind === 'typeof')) throw refuseClause('TYPEOF');
  if (offset !== undefined) throw refuseClause('OFFSET');
  if (groupBy.length > 0 || select.some(isAggregate)) throw refuseClause('Aggregate Functions and GROUP BY');
}

/** Refuses fields that have no place in a CSV cell. */
export function checkBulkFields(
  fields: readonly BoundField[],
  { grandparentsInBulk, blobErrorCode }: Quirks,
): void {
  if (fields.some(({ type }) => type === 'address' || type === 'location')) {
    throw refuse('Selecting compound data not supported in Bulk Query');
  }
  if (fields.some(({ type }) => type === 'base64')) throw refuse(`Blob field ${withCsv}`, blobErrorCode);
  const grandparent = fields.find(({ path }) => path.length > 2);
  if (grandparent === undefined || grandparentsInBulk) return;
  const message = `FeatureNotEnabled : Cannot serialize value for '${grandparent.path[1] ?? ''}' in CSV format`;
  throw new JobFailure('FEATURENOTENABLED', message);
}
