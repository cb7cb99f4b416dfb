import { ApiError } from '../api/errors.js';
import { UsageError } from '../errors.js';
import { didYouMean, suggestion } from './did-you-mean.js';

type Names = { readonly objectNames: () => Promise<readonly string[]> };

/**
 * Says that an object isn't there, and which one may be meant.
 * @param org as the sentence begins with it
 */
export async function noObjectText(object: string, { objectNames }: Names, org = 'The org'): Promise<string> {
  const known = await objectNames().catch((error: unknown) => {
    // What the org refuses to list is only the suggestion.
    if (error instanceof ApiError) return [];
    throw error;
  });
  const nearest = suggestion(didYouMean(object, known));
  return `${org} has no object "${object}", or your user may not see it.${nearest}`;
}

/** What every command says that needs an object which the org does not have, or does not show. */
export async function noObject(object: string, names: Names): Promise<UsageError> {
  return new UsageError(await noObjectText(object, names), {
    actions: [
      'Check the API name of the object, with its namespace and `__c`, and that your user may see it. To list the objects: sf sobject list --sobject all',
    ],
    data: { object },
  });
}
