import { isPlainObject } from './cell-text.js';
import { recordError, type InputRecord, type RecordPlace } from './input-record.js';

/**
 * Passes a record on that isn't what the stock CLI prints with `--json` around or instead of records.
 * @throws InputError it is an error of the CLI, or a result of it without records
 */
export function requireNoCliAnswer(record: InputRecord, place: RecordPlace): InputRecord {
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

const longestMessage = 200;

function shortened(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
