import { isPlainObject } from './cell-text.js';
import { recordError, type InputRecord, type RecordPlace } from './input-record.js';

/**
 * Passes a record on that isn't what the stock CLI prints with `--json`, or an org answers, instead of records.
 * @throws InputError it is an error of either, or a result of the CLI without records
 */
export function requireNoAnswer(record: InputRecord, place: RecordPlace): InputRecord {
  const orgError = orgErrorIn(record);
  if (orgError !== undefined) {
    throw recordError(
      'ORG_ERROR',
      `is an error that the org answered, not data: "${shortened(orgError)}". Run the request that wrote the file again, and check its status.`,
      place,
    );
  }
  const { status, exitCode, message, result } = record;
  if (typeof status !== 'number') return record;
  if (typeof exitCode === 'number' && typeof message === 'string') {
    throw recordError(
      'CLI_ERROR',
      `is an error of the Salesforce CLI, not data: "${shortened(message)}". Run the command that wrote the file again, and check its exit code.`,
      place,
    );
  }
  if (isPlainObject(result)) {
    throw recordError('NO_RECORDS', 'is a result of the Salesforce CLI that has no list of records.', place);
  }
  return record;
}

/** What the members of an error are called (REST API guide: Status Codes and Error Responses; OAuth 2.0). */
const errorMembers = new Set(['message', 'errorCode', 'fields', 'extendedErrorDetails']);
const loginErrorMembers = new Set(['error', 'error_description']);

/** The code and message of an error of an org; undefined for a record, which may have such fields beside others. */
function orgErrorIn(record: InputRecord): string | undefined {
  const { errorCode, message, error, error_description: description } = record;
  const hasOnly = (names: ReadonlySet<string>): boolean =>
    Object.keys(record).every((name) => names.has(name));
  if (typeof errorCode === 'string' && typeof message === 'string' && hasOnly(errorMembers)) {
    return `${errorCode}: ${message}`;
  }
  const isLoginError = typeof error === 'string' && typeof description === 'string';
  return isLoginError && hasOnly(loginErrorMembers) ? `${error}: ${description}` : undefined;
}

const longestMessage = 200;

function shortened(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
