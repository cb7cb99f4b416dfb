import type { IngestJobRequest, QueryJobRequest } from '../api/types.js';
import { given } from './given.js';

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
