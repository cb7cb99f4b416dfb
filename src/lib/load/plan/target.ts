import type { OrgApi } from '../../api/port.js';
import { restApi } from '../../api/rest.js';
import type { SObjectDescribe } from '../../api/types.js';
import { type DescribeOf, describer } from '../../describe/describe.js';
import { UsageError } from '../../errors.js';
import type { LoadRequest } from '../model/request.js';

/** The object that a load goes into, and where to look up its parents. */
export type LoadTarget = { readonly describe: SObjectDescribe; readonly describeOf: DescribeOf };

/**
 * Describes the object that a load goes into.
 * @returns undefined when the org does not show it and nothing about the load has to be known of it
 * @throws UsageError the org has no such object, or does not show it to this user
 */
export async function describeTarget(
  request: LoadRequest,
  api: OrgApi,
  signal: AbortSignal | undefined,
): Promise<LoadTarget | undefined> {
  const { object } = request;
  const describeOf = describer(restApi(api, signal));
  const describe = await describeOf(object);
  if (describe === undefined && needsDescribe(request)) {
    throw new UsageError(`The org has no object "${object}", or your user may not see it.`, {
      actions: ['Look at the names of the objects: sf sobject list --sobject all'],
      data: { object },
    });
  }
  return describe === undefined ? undefined : { describe, describeOf };
}

function needsDescribe({ preflight, columns, operation, externalId }: LoadRequest): boolean {
  const { ignoreUnknown, ignoreReadOnlyColumns, mapByLabel, formats } = columns;
  const decides = [ignoreUnknown, ignoreReadOnlyColumns, mapByLabel].includes(true) || formats !== undefined;
  return preflight || decides || (operation === 'upsert' && externalId === undefined);
}
