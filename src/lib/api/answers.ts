import { UnexpectedAnswerError, UnknownOutcomeError } from './errors.js';
import { withoutSecrets } from '../secrets.js';
import { readJson, type ResponseReader } from './port.js';

/**
 * Checks an answer and gives it its type. Nothing of the org's is believed before: ids go into paths and addresses,
 * names into queries, counts into sums.
 * @param step the request's, for the message
 * @throws UnexpectedAnswerError
 */
export type AnswerCheck<T> = (answer: unknown, step: string) => T;

/** Reads JSON of a known shape. */
export function readAs<T>(check: AnswerCheck<T>, step: string): ResponseReader<T> {
  return async (response) => check(await readJson(response), step);
}

/**
 * Checks the answer to a change. An answer that can't be believed doesn't tell what the org did: it has to be asked.
 * @throws UnknownOutcomeError with what the check threw as its cause
 */
export function afterChange<T>(check: AnswerCheck<T>): AnswerCheck<T> {
  return (answer, step) => {
    try {
      return check(answer, step);
    } catch (cause) {
      throw new UnknownOutcomeError((cause as Error).message, { cause });
    }
  };
}

type Members = Readonly<Record<string, unknown>>;

/** Checks of one answer. Each names the value that it refuses. */
export function checking(step: string) {
  const that = (holds: boolean, what: string, value: unknown): void => {
    if (!holds) throw unexpected(step, what, value);
  };
  return {
    that,
    object(value: unknown, what: string): Members {
      that(typeof value === 'object' && value !== null && !Array.isArray(value), what, value);
      return value as Members;
    },
    array(value: unknown, what: string): readonly unknown[] {
      that(Array.isArray(value), what, value);
      return value as readonly unknown[];
    },
    text(value: unknown, what: string): string {
      that(typeof value === 'string', what, value);
      return value as string;
    },
    url(value: unknown, what: string): URL {
      // Addresses mostly come without an origin.
      const url = typeof value === 'string' ? URL.parse(value, 'https://localhost') : null;
      that(url !== null, what, value);
      return url as URL;
    },
    /** Where an answer goes on. The port checks where that leads to. */
    nextUrl(value: unknown): string | undefined {
      if (value === undefined || value === null) return undefined;
      that(typeof value === 'string', 'the next address', value);
      return value as string;
    },
  };
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** What is null is not known, as what is absent. */
export function withoutNulls(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function unexpected(step: string, what: string, value: unknown): UnexpectedAnswerError {
  return new UnexpectedAnswerError(
    `Could not ${step}: the response isn't what Salesforce sends. It has ${named(value)} for ${what}.`,
    { actions: ['Check the address of the org, and any proxy on the way to it.'] },
  );
}

const longestShown = 80;

function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return JSON.stringify(value);
  const text = withoutSecrets(value);
  return JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}
