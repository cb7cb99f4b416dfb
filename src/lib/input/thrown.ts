import { inspect } from 'node:util';
import { InputError } from '../errors.js';

/** What reading an input threw, as an error. Streams take a falsy one, such as of `throw undefined`, for a good end. */
export function thrownByInput(thrown: unknown): unknown {
  if (Boolean(thrown)) return thrown;
  const message = `The input ended early: it threw ${inspect(thrown)} in place of an error.`;
  return new InputError([{ code: 'INPUT_ENDED', message }]);
}
