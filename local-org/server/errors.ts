import { OrgError } from '../contracts.ts';
import { json, type Reply } from './reply.ts';

/** The error body of every REST and Bulk answer: an array of one. */
export function errorReply(error: OrgError, headers: Readonly<Record<string, string>> = {}): Reply {
  return json([{ errorCode: error.errorCode, message: error.message }], error.status, headers);
}

/** 404: the words that the stock client compares with. */
export function notFound(message = 'The requested resource does not exist'): OrgError {
  return new OrgError('NOT_FOUND', message, 404);
}

export function sessionExpired(): OrgError {
  return new OrgError('INVALID_SESSION_ID', 'Session expired or invalid', 401);
}

/** Bulk codes lose their underscores: `INVALIDJOB`, `INVALIDJOBSTATE`. */
export function invalidJob(message: string): OrgError {
  return new OrgError('INVALIDJOB', `InvalidJob : ${message}`);
}

export function invalidJobState(message: string): OrgError {
  return new OrgError('INVALIDJOBSTATE', message);
}

export function apiError(message: string): OrgError {
  return new OrgError('API_ERROR', message);
}

export function invalidValue(value: string, property: string): OrgError {
  return apiError(`Invalid value: '${value}' supplied for property: '${property}'`);
}

export function jsonParserError(message: string): OrgError {
  return new OrgError('JSON_PARSER_ERROR', message);
}
