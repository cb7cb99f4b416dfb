import { Messages, type Org } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { type FieldTemplate, outlineForRewrite } from '../../lib/by-query/by-query.js';
import type { IfInterrupted } from '../load/if-interrupted.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.by-query');

/** Flags of a change by query, parsed. */
export type ByQueryFlags = {
  readonly 'target-org': Org;
  readonly 'api-version'?: string | undefined;
  readonly sobject?: string | undefined;
  readonly query?: string | undefined;
  readonly where?: string | undefined;
  readonly 'bulk-threshold': number;
  readonly 'allow-bulk': boolean;
  readonly 'no-prompt': boolean;
  readonly 'dry-run': boolean;
  readonly 'if-interrupted'?: IfInterrupted | undefined;
  readonly 'results-dir': string;
  readonly wait?: number | undefined;
  readonly report?: string | undefined;
};

/** Flags that say something about a query. */
const forQueries = ['set', 'bulk-threshold', 'allow-bulk'];
/** Flags of these commands that mean something for both. */
const forBoth = [
  'target-org',
  'api-version',
  'sobject',
  'results-dir',
  'wait',
  'dry-run',
  'if-interrupted',
  'report',
  'progress',
  'no-prompt',
  'hard-delete',
];
const general = ['json', 'flags-dir', 'query', 'where', 'file'];

/** @param given names of the flags that were written down @throws UsageError one of them has no meaning here */
export function requireFitting(given: readonly string[], isByQuery: boolean): void {
  const both = [...forBoth, ...general];
  const unfit = given.find((name) => !both.includes(name) && forQueries.includes(name) !== isByQuery);
  if (unfit === undefined) return;
  throw new UsageError(messages.getMessage(isByQuery ? 'error.ForFiles' : 'error.ForQueries', [unfit]));
}

export function requireObject(sobject: string | undefined): string {
  if (sobject === undefined) throw new UsageError(messages.getMessage('error.NeedsObject'));
  return sobject;
}

/** The query that `--query`, or `--sobject` and `--where`, stand for. @throws UsageError */
export function soqlOf({ query, where = '', sobject }: ByQueryFlags): string {
  if (query === undefined) {
    const object = requireObject(sobject);
    const condition = where.trim().replace(/^WHERE\b\s*/i, '');
    if (condition === '') throw new UsageError(messages.getMessage('error.EmptyWhere', [object]));
    return `SELECT Id FROM ${object} WHERE ${condition}`;
  }
  const object = outlineForRewrite(query).object.text;
  if (sobject !== undefined && sobject.toLowerCase() !== object.toLowerCase())
    throw new UsageError(messages.getMessage('error.OtherObject', [object, sobject]));
  return query;
}

/** `FIELD=VALUE` as new values by field; `null` and nothing clear the field. @throws UsageError */
export function templateOf(rules: readonly string[] = []): FieldTemplate {
  if (rules.length === 0) throw new UsageError(messages.getMessage('error.NothingSet'));
  const template: Record<string, string | null> = {};
  for (const rule of rules) {
    const at = rule.indexOf('=');
    const field = rule.slice(0, at).trim();
    if (at < 1 || field === '') throw new UsageError(messages.getMessage('error.SetForm', [rule]));
    if (Object.keys(template).some((name) => name.toLowerCase() === field.toLowerCase()))
      throw new UsageError(messages.getMessage('error.SetTwice', [field]));
    const value = rule.slice(at + 1);
    template[field] = value === 'null' || value === '' ? null : value;
  }
  return template;
}
