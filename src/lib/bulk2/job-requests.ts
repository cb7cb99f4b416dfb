import type { IngestJobRequest, QueryJobRequest } from '../api/types.js';

/** What the service is sent, and nothing else that a program has in its options. */
export function ingestRequestOf(options: IngestJobRequest): IngestJobRequest {
  const { object, operation, externalIdFieldName, assignmentRuleId, ...form } = options;
  const { columnDelimiter, lineEnding, contentType } = form;
  return given({
    object,
    operation,
    externalIdFieldName,
    columnDelimiter,
    lineEnding,
    contentType,
    assignmentRuleId,
  });
}

/** As `ingestRequestOf`, of a query job. */
export function queryRequestOf({
  query,
  operation,
  columnDelimiter,
  lineEnding,
}: QueryJobRequest): QueryJobRequest {
  return given({ query, operation, columnDelimiter, lineEnding });
}

/** Members that may be left out, or be undefined: with `exactOptionalPropertyTypes` these are not the same. */
export type Optional<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** The members of an object that may be undefined, which is the same as absent for a program. */
type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** Leaves out what is undefined, so that it takes no default's place. */
export function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
