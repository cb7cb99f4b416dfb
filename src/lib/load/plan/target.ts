import type { OrgApi } from '../../api/port.js';
import { restApi } from '../../api/rest.js';
import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { type DescribeOf, describer } from '../../describe/describe.js';
import { noObject } from '../../describe/no-object.js';
import { updateKeyOf, type LoadRequest } from '../model/request.js';
import { requireKeyField, type IdsByKey } from './ids-by-key.js';

/** The object that a load goes into, and where to look up its parents. */
export type LoadTarget = {
  readonly describe: SObjectDescribe;
  readonly describeOf: DescribeOf;
  /** The field that an update finds its records by; absent where that is their id. */
  readonly key?: DescribeField;
  /** The ids of the records by that field, once they are read. */
  readonly ids?: IdsByKey;
};

/**
 * Describes the object that a load goes into.
 * @returns undefined when the org does not show it and nothing about the load has to be known of it
 * @throws UsageError the org has no such object, or does not show it to this user; an update finds its records by what is no field
 */
export async function describeTarget(
  request: LoadRequest,
  api: OrgApi,
  signal: AbortSignal | undefined,
): Promise<LoadTarget | undefined> {
  const { object } = request;
  const rest = restApi(api, signal);
  const describeOf = describer(rest);
  const describe = await describeOf(object);
  if (describe === undefined && needsDescribe(request)) throw await noObject(object, rest);
  if (describe === undefined) return undefined;
  const key = updateKeyOf(request);
  const target = { describe, describeOf };
  return key === undefined ? target : { ...target, key: requireKeyField(describe, key) };
}

function needsDescribe(request: LoadRequest): boolean {
  const { preflight, columns, operation, externalId } = request;
  const { ignoreUnknown, ignoreReadOnlyColumns, mapByLabel, formats } = columns;
  const decides = [ignoreUnknown, ignoreReadOnlyColumns, mapByLabel].includes(true) || formats !== undefined;
  return (
    preflight ||
    decides ||
    updateKeyOf(request) !== undefined ||
    (operation === 'upsert' && externalId === undefined)
  );
}
