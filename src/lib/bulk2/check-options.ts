import { types } from 'node:util';
import { isSalesforceId } from '../api/identifiers.js';
import { delimiterCharacters } from '../api/types.js';
import { didYouMean } from '../describe/did-you-mean.js';
import { UsageError } from '../errors.js';
import { mostJobBytes } from '../load/model/request.js';

/** What an option can be: `what` completes "it must be …". */
export type Rule = {
  readonly what: string;
  readonly holds: (value: unknown) => boolean;
  readonly isRequired?: true;
  /** Of an option that has options itself. */
  readonly inside?: OptionRules;
};

/** The options that a call knows, each with its rule. */
export type OptionRules = Readonly<Record<string, Rule>>;

/** A rule for each option of a type, so that none is taken unseen. */
export type RulesFor<Options> = { readonly [Name in keyof Required<Options>]: Rule };

/** The longest time that a timer of Node.js takes; a longer one would end at once. */
const longestTimerMs = 2 ** 31 - 1;

const ingestOperations = ['insert', 'update', 'upsert', 'delete', 'hardDelete'];
const queryOperations = ['query', 'queryAll'];

export const rules = {
  text: { what: 'text', holds: (value) => typeof value === 'string' && value.trim() !== '' },
  texts: {
    what: 'an array of texts',
    holds: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== ''),
  },
  decimalSeparator: oneOf([',', '.']),
  ingestOperation: oneOf(ingestOperations),
  queryOperation: oneOf(queryOperations),
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
  ifInterrupted: oneOf(['resume', 'new', 'fail', 'beside']),
  inputFormat: oneOf(['csv', 'json', 'ndjson', 'parquet', 'xlsx']),
  jobState: oneOf(['Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted']),
  jobOperation: oneOf([...ingestOperations, ...queryOperations]),
  bulkApiVersion: { what: '2', holds: (value) => value === 1 || value === 2 },
  character: { what: 'one character', holds: (value) => typeof value === 'string' && value.length === 1 },
  failureLimit: {
    what: '{ rows: a whole number } or { percent: 0 to 100 }',
    holds: (value) => isObject(value) && isFailureLimit(value),
  },
  mappingRules: {
    what: 'an array of { from, fields }',
    holds: (value) => Array.isArray(value) && value.every(isMappingRule),
  },
  /** Goes into a header, among others that commas keep apart. */
  client: {
    what: 'plain text without commas',
    holds: (value) => typeof value === 'string' && /^[\x20-\x2b\x2d-\x7e]+$/.test(value.trim()),
  },
  waitMs: {
    what: `a number of milliseconds from 0 to ${longestTimerMs}`,
    holds: (value) => typeof value === 'number' && value >= 0 && value <= longestTimerMs,
  },
  wait: {
    what: "'end', 'accepted' or { timeoutMs }",
    holds: (value) => value === 'end' || value === 'accepted' || hasTimeout(value),
  },
  flag: { what: 'true or false', holds: (value) => typeof value === 'boolean' },
  date: { what: 'a valid Date', holds: (value) => types.isDate(value) && !Number.isNaN(value.getTime()) },
  callback: { what: 'a function', holds: (value) => typeof value === 'function' },
  object: { what: 'an object', holds: isObject },
  emitter: {
    what: 'an Events object',
    holds: (value) => isObject(value) && 'emit' in value && typeof value.emit === 'function',
  },
  /** Judged elsewhere. */
  any: { what: 'anything', holds: () => true },
  signal: { what: 'an AbortSignal', holds: (value) => value instanceof AbortSignal },
} as const satisfies OptionRules;

/** An option that cannot be left out. */
export function required(rule: Rule): Rule {
  return { ...rule, isRequired: true };
}

/** An option that is an object of options. */
export function withOptions(inside: OptionRules): Rule {
  return { ...rules.object, inside };
}

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

function isFailureLimit(value: object): boolean {
  if ('rows' in value) return Number.isSafeInteger(value.rows) && (value.rows as number) >= 0;
  const percent = 'percent' in value ? value.percent : undefined;
  return typeof percent === 'number' && percent >= 0 && percent <= 100;
}

function isMappingRule(value: unknown): boolean {
  if (!isObject(value) || !('from' in value) || !('fields' in value)) return false;
  const { from, fields } = value;
  const isText = (each: unknown): boolean => typeof each === 'string';
  const isFrom = isObject(from) && ['column', 'constant'].some((name) => isText(Reflect.get(from, name)));
  return isFrom && Array.isArray(fields) && fields.every(isText);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks what a call was given, before anything is read or sent.
 * @param call its name, for the message
 * @throws UsageError the first option that cannot be, or that the call does not know
 */
export function requireOptions(call: string, options: unknown, known: OptionRules): void {
  requireValue(`The options of ${call}`, options, rules.object);
  requireInside(call, options as object, known);
}

function requireInside(name: string, options: object, known: OptionRules): void {
  const given = new Map<string, unknown>(Object.entries(options));
  for (const [option, value] of given) {
    if (value !== undefined && !Object.hasOwn(known, option)) throw unknownOption(name, option, known);
  }
  for (const [option, rule] of Object.entries(known)) {
    const value = (options as Readonly<Record<string, unknown>>)[option];
    if (value === undefined && rule.isRequired !== true) continue;
    requireValue(`${option} of ${name}`, value, rule);
    if (rule.inside !== undefined) requireInside(`${option} of ${name}`, value as object, rule.inside);
  }
}

function unknownOption(name: string, option: string, known: OptionRules): UsageError {
  const names = Object.keys(known);
  const nearest = didYouMean(option, names);
  return new UsageError(`${shown(option)} is not an option of ${name}.`, {
    actions: [nearest === undefined ? `Its options are ${names.join(', ')}.` : `Did you mean ${nearest}?`],
  });
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
