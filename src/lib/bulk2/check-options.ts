import { types } from 'node:util';
import { isSalesforceId } from '../api/identifiers.js';
import { delimiterCharacters } from '../api/types.js';
import { UsageError } from '../errors.js';
import { mostJobBytes } from '../load/request.js';

/** What an option can be: `what` completes "it must be …". */
type Rule = { readonly what: string; readonly holds: (value: unknown) => boolean };

/** The longest time that a timer of Node.js takes; a longer one would end at once. */
const longestTimerMs = 2 ** 31 - 1;

export const rules = {
  text: { what: 'text', holds: (value) => typeof value === 'string' && value.trim() !== '' },
  ingestOperation: oneOf(['insert', 'update', 'upsert', 'delete', 'hardDelete']),
  queryOperation: oneOf(['query', 'queryAll']),
  jobType: oneOf(['ingest', 'query']),
  columnDelimiter: oneOf(Object.keys(delimiterCharacters)),
  lineEnding: oneOf(['LF', 'CRLF']),
  contentType: oneOf(['CSV']),
  id: { what: 'the id of a job: 15 or 18 letters and digits', holds: isSalesforceId },
  interval: {
    what: `a number of milliseconds from 1 to ${longestTimerMs}`,
    holds: (value) => typeof value === 'number' && value >= 1 && value <= longestTimerMs,
  },
  timeout: {
    what: 'a number of milliseconds, 0 or more',
    holds: (value) => typeof value === 'number' && value >= 0,
  },
  count: {
    what: 'a whole number, 0 or more',
    holds: (value) =>
      (Number.isInteger(value) && (value as number) >= 0) || value === Number.POSITIVE_INFINITY,
  },
  positive: {
    what: 'a whole number, 1 or more',
    holds: (value) =>
      (Number.isInteger(value) && (value as number) >= 1) || value === Number.POSITIVE_INFINITY,
  },
  jobBytes: {
    what: `a whole number from 1 to ${mostJobBytes}`,
    holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= mostJobBytes,
  },
  duplicateKeys: oneOf(['warn', 'refuse']),
  wait: {
    what: "'end', 'accepted' or { timeoutMs }",
    holds: (value) => value === 'end' || value === 'accepted' || hasTimeout(value),
  },
  flag: { what: 'true or false', holds: (value) => typeof value === 'boolean' },
  date: { what: 'a valid Date', holds: (value) => types.isDate(value) && !Number.isNaN(value.getTime()) },
  callback: { what: 'a function', holds: (value) => typeof value === 'function' },
  object: { what: 'an object', holds: isObject },
  signal: { what: 'an AbortSignal', holds: (value) => isObject(value) && 'aborted' in value },
} as const satisfies Readonly<Record<string, Rule>>;

function oneOf(values: readonly string[]): Rule {
  return {
    what: `${values.slice(0, -1).join(', ')}${values.length > 1 ? ' or ' : ''}${values.at(-1)}`,
    holds: (value) => values.includes(value as string),
  };
}

function hasTimeout(value: unknown): boolean {
  return (
    isObject(value) && 'timeoutMs' in value && typeof value.timeoutMs === 'number' && value.timeoutMs >= 0
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The options of a call, by name; those in `required` must be there, the others may be left out. */
export type OptionRules = {
  readonly required?: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
};

/**
 * Checks what a call was given, before anything is read or sent.
 * @param call its name, for the message
 * @throws UsageError the first option that cannot be
 */
export function requireOptions(
  call: string,
  options: unknown,
  { required = {}, optional = {} }: OptionRules,
): void {
  requireValue(`The options of ${call}`, options, rules.object);
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, rule] of Object.entries(required)) requireValue(`${name} of ${call}`, given[name], rule);
  for (const [name, rule] of Object.entries(optional)) {
    if (given[name] !== undefined) requireValue(`${name} of ${call}`, given[name], rule);
  }
}

/** @throws UsageError the value breaks the rule */
export function requireValue(name: string, value: unknown, { what, holds }: Rule): void {
  if (holds(value)) return;
  const verb = name.startsWith('The options') ? 'are' : 'is';
  const found = value === undefined ? 'missing' : shown(value);
  throw new UsageError(`${name} ${verb} ${found}, and must be ${what}.`);
}

const longestShown = 60;

function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;
    return JSON.stringify(text);
  }
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}
