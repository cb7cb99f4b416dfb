import type { Query } from '@jetstreamapp/soql-parser-js';
import { positionAt, type SoqlProblem } from './problem.js';
import { tokenize, type Token } from './tokens.js';

type Parser = typeof import('@jetstreamapp/soql-parser-js');

export type ParsedSoql = { readonly query: Query } | { readonly problem: SoqlProblem };

/** Parses SOQL; a syntax error comes back as a problem with its place in the text. */
export async function parseSoql(soql: string): Promise<ParsedSoql> {
  // The parser takes a good part of a command's start-up time to load, so only those who need it wait for it.
  const { parseQuery } = await import('@jetstreamapp/soql-parser-js');
  const tokens = tokenize(soql);
  const text = hideUnknownLiterals(soql, tokens);
  try {
    return { query: parseQuery(text) };
  } catch (error) {
    const offset = findError({ text, tokens, message: messageOf(error), parseQuery });
    const found = tokens.find((token) => token.start === offset);
    return { problem: syntaxProblem(soql, offset, found, messageOf(error)) };
  }
}

/** The parser does not know times of day and exponents, which are valid SOQL; digits stand in for them. */
function hideUnknownLiterals(soql: string, tokens: readonly Token[]): string {
  const unknown = tokens.filter(
    ({ kind, text }) => kind === 'literal' && /^(?:\d\d:\d\d|[+-]?[\d.]+e)/i.test(text),
  );
  return unknown.reduce(
    (text, { start, end }) => text.slice(0, start) + '1'.repeat(end - start) + text.slice(end),
    soql,
  );
}

type FailedParse = {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly message: string;
  readonly parseQuery: Parser['parseQuery'];
};

/**
 * The offset the parser stumbled at. Its errors name the token but not the place, and a token may occur often:
 * the place is the first one where the text, cut off after it, fails with the very same message.
 */
function findError({ text, tokens, message, parseQuery }: FailedParse): number {
  const lexing = /at offset: (\d+)/.exec(message)?.[1];
  if (lexing !== undefined) return Number(lexing);
  const found = /found(?: -->|:) '?([^\n]*?)'?(?: <--)?$/.exec(message)?.[1] ?? '';
  const candidates = found === '' ? [] : tokens.filter((token) => token.text.includes(found));
  const place = candidates.find(({ end }) => {
    try {
      parseQuery(text.slice(0, end));
      return false;
    } catch (error) {
      return messageOf(error) === message;
    }
  });
  return (place ?? candidates.at(-1))?.start ?? text.trimEnd().length;
}

function syntaxProblem(
  soql: string,
  offset: number,
  token: Token | undefined,
  parserMessage: string,
): SoqlProblem {
  const { message, wayOut } = explain(soql, offset, token, parserMessage);
  return { code: 'SYNTAX', message, wayOut, position: positionAt(soql, offset), restServes: false };
}

type Explanation = { readonly message: string; readonly wayOut: string };

function explain(soql: string, offset: number, token: Token | undefined, parserMessage: string): Explanation {
  const known = habits[soql[offset] ?? ''];
  if (known !== undefined) return known;
  if (soql.trim() === '') return { message: 'The query is empty.', wayOut: 'Write SELECT … FROM ….' };
  const wanted = wantedTokens[/--> (\w+) <-- but/.exec(parserMessage)?.[1] ?? ''];
  const expected = wanted === undefined ? '' : ` ${wanted} was expected.`;
  const message =
    token === undefined
      ? `The query ends too early.${expected}`
      : `"${token.text}" is not understood here.${expected}`;
  return { message, wayOut: 'Correct the query at the place that is named.' };
}

/** The parser's names of what it looked for, in words. */
const wantedTokens: Readonly<Record<string, string>> = {
  SELECT: 'SELECT',
  FROM: 'FROM',
  BY: 'BY',
  RParen: 'A closing parenthesis',
  R_PAREN: 'A closing parenthesis',
  UNSIGNED_INTEGER: 'A whole number',
};

/** What people write out of habit from other languages, by its first character. */
const habits: Readonly<Record<string, Explanation>> = {
  '*': { message: 'SOQL has no "*".', wayOut: 'Name the fields, or use --sobject with --all-fields.' },
  ';': { message: 'SOQL does not end with ";".', wayOut: 'Leave out the ";".' },
  '"': { message: 'SOQL puts text in single quotes.', wayOut: 'Write \'text\' in place of "text".' },
  "'": { message: 'The text that opens here is never closed.', wayOut: 'Close it with a single quote.' },
  ':': {
    message: 'Bind variables such as ":name" work in Apex only.',
    wayOut: 'Write the value itself in their place.',
  },
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
