import { ApiError } from '../api/errors.js';
import { isApiName } from '../api/identifiers.js';
import type { RestApi } from '../api/rest.js';
import type { SObjectDescribe } from '../api/types.js';

/** Describes objects, each at most once; undefined for what the org does not have, or does not show this user. */
export function describer(rest: Pick<RestApi, 'describe'>): DescribeOf {
  const asked = new Map<string, Promise<SObjectDescribe | undefined>>();
  return (object) => {
    const key = object.toLowerCase();
    const known = asked.get(key) ?? describeOrNothing(rest, object);
    asked.set(key, known);
    return known;
  };
}

async function describeOrNothing(
  rest: Pick<RestApi, 'describe'>,
  object: string,
): Promise<SObjectDescribe | undefined> {
  if (!isApiName(object)) return undefined;
  try {
    return await rest.describe(object);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Finds the describe of an object; undefined when it cannot be had, and then nothing is said about its fields. */
export type DescribeOf = (object: string) => Promise<SObjectDescribe | undefined>;
