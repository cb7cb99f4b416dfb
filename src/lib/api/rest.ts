import { callsOn } from './calls.js';
import { readJson, type OrgApi } from './port.js';
import type { SObjectDescribe } from './types.js';

/** A record as the REST API gives it: values by field, parents as objects, null for nothing (REST guide: Query). */
export type RestRecord = Readonly<Record<string, unknown>>;

export type RestQueryPage = {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly RestRecord[];
};

/** One item of a Collections answer; the key is `statusCode` here, not `errorCode` (REST guide: SObject Collections). */
export type CollectionResult = {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: ReadonlyArray<{
    readonly statusCode: string;
    readonly message: string;
    readonly fields: readonly string[];
  }>;
};

/** Calls of the REST API that Bulk work needs around it. */
export function restApi(api: OrgApi, signal?: AbortSignal) {
  const calls = callsOn(api, signal);

  return {
    describe: (object: string) =>
      calls.get<SObjectDescribe>(`sobjects/${encodeURIComponent(object)}/describe`, `describe ${object}`),
    /** API names of all objects that the user may see. */
    objectNames: async () => {
      type Answer = { readonly sobjects: ReadonlyArray<{ readonly name: string }> };
      const { sobjects } = await calls.get<Answer>('sobjects', 'list the objects of the org');
      return sobjects.map(({ name }) => name);
    },
    limits: () => calls.get<Record<string, { Max: number; Remaining: number }>>('limits', 'read the limits'),

    query: (soql: string, { includeDeleted = false } = {}) =>
      api.send(
        {
          method: 'GET',
          path: includeDeleted ? 'queryAll' : 'query',
          query: { q: soql },
          repeatable: true,
          step: 'run the query',
          signal,
        },
        readJson<RestQueryPage>,
      ),
    queryMore: (nextRecordsUrl: string) =>
      calls.get<RestQueryPage>(nextRecordsUrl, 'read the next records of the query'),

    /** Updates at most 200 records, each with `attributes.type` and `id`; the answer keeps their order. */
    updateMany: (records: readonly RestRecord[]) =>
      calls.patch<CollectionResult[]>(
        'composite/sobjects',
        { allOrNone: false, records },
        `update ${records.length} records`,
      ),
    /** Deletes at most 200 records; the answer keeps their order. */
    deleteMany: (ids: readonly string[]) =>
      api.send(
        {
          method: 'DELETE',
          path: 'composite/sobjects',
          query: { ids: ids.join(','), allOrNone: 'false' },
          repeatable: false,
          step: `delete ${ids.length} records`,
          signal,
        },
        readJson<CollectionResult[]>,
      ),
  };
}

export type RestApi = ReturnType<typeof restApi>;
