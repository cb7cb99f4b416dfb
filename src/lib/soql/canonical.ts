import { isKeyword, tokenize } from './tokens.js';

/**
 * The records that a query asks for, as a text that is the same however the query is spelled: without what it selects,
 * with one blank between tokens, and in small letters but for the texts in quotes. It is for comparing, not for sending.
 * What has no FROM is taken whole.
 */
export function canonicalSource(soql: string): string {
  const tokens = tokenize(soql);
  const from = tokens.findIndex((token) => token.depth === 0 && isKeyword(token, 'FROM'));
  return tokens
    .slice(Math.max(0, from))
    .map(({ kind, text }) => (kind === 'text' ? text : text.toLowerCase()))
    .join(' ');
}
