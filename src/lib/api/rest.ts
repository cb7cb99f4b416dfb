import { afterChange, checking, isCount, readAs, withoutNulls, type AnswerCheck } from './answers.js';
import { callsOn } from './calls.js';
import { AnswerTooLargeError } from './errors.js';
import { followPages } from './follow-pages.js';
import { idSegment, isApiName, isSalesforceId, nameSegment } from './identifiers.js';
import { isSameObject } from './job-answer.js';
import { withoutSecrets } from '../secrets.js';
import type { ApiRequest, OrgApi } from './port.js';
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

/** What is left of today's limits, by their names (REST guide: Limits). */
type OrgLimits = Readonly<Record<string, { readonly Max: number; readonly Remaining: number }>>;

/** An address may have 16,384 bytes (REST guide: Status Codes and Error Responses, 414); the rest is for host and path. */
const longestQueryParameter = 16_000;

/** Whether a query fits into the address that REST takes it in. A longer one is answered with 414. */
export function fitsAddress(soql: string): boolean {
  return new URLSearchParams({ q: soql }).toString().length <= longestQueryParameter;
}

/** Of 2,000 records, which is the default, to 200, which is the least (REST guide: Query Options Header). */
const smallPages = { 'sforce-query-options': 'batchSize=200' };

/** Calls of the REST API that Bulk work needs around it. */
export function restApi(api: OrgApi, signal?: AbortSignal) {
  const calls = callsOn(api, signal);
  let pageHeaders: ApiRequest['headers'];

  /** Pages of long records that are too large to be read whole are asked for with fewer records. */
  async function page(request: Pick<ApiRequest, 'path' | 'query' | 'step'>): Promise<RestQueryPage> {
    const ask = (): Promise<RestQueryPage> =>
      api.send(
        { method: 'GET', repeatable: true, signal, headers: pageHeaders, ...request },
        readAs(restQueryPage, request.step),
      );
    try {
      return await ask();
    } catch (error) {
      const isTooLarge = (error as Error).cause instanceof AnswerTooLargeError;
      if (!isTooLarge || pageHeaders !== undefined) throw error;
      pageHeaders = smallPages;
      return ask();
    }
  }

  return {
    describe: (object: string) =>
      calls.get(`sobjects/${nameSegment(object)}/describe`, `describe ${object}`, describeFor(object)),
    /** API names of all objects that the user may see. */
    objectNames: () => calls.get('sobjects', 'list the objects of the org', namesOfObjects),
    /**
     * The id of the user that is logged in, from the list of the API's resources: the address of the identity itself is
     * on another host, and would take the access token there.
     */
    userId: () => calls.get('', 'ask who is logged in', userIdIn),
    limits: () => calls.get('limits', 'read the limits', orgLimits),

    query: (soql: string, { includeDeleted = false } = {}) =>
      page({ path: includeDeleted ? 'queryAll' : 'query', query: { q: soql }, step: 'run the query' }),
    /** The page that a query gave, and those behind it. @throws UnexpectedAnswerError they never end */
    pagesFrom: (first: RestQueryPage) =>
      followPages(first, {
        nextOf: ({ done, nextRecordsUrl }) => (done ? undefined : nextRecordsUrl),
        fetch: (path) => page({ path, step: 'read the next records of the query' }),
      }),

    /** All records of a query, for those that find few; of the Tooling API where its path is given. */
    async records(soql: string, path: 'query' | 'tooling/query' = 'query'): Promise<RestRecord[]> {
      const found: RestRecord[] = [];
      const first = await page({ path, query: { q: soql }, step: 'run the query' });
      for await (const { records } of this.pagesFrom(first)) found.push(...records);
      return found;
    },

    /** Updates at most 200 records, each with `attributes.type` and `id`; the answer keeps their order. */
    updateMany: (records: readonly RestRecord[]) =>
      calls.patch(
        'composite/sobjects',
        { allOrNone: false, records },
        `update ${recordCount(records)}`,
        collectionResults,
      ),
    /** Deletes at most 200 records; the answer keeps their order. */
    deleteMany: (ids: readonly string[]) =>
      api.send(
        {
          method: 'DELETE',
          path: 'composite/sobjects',
          query: { ids: ids.map(idSegment).join(','), allOrNone: 'false' },
          repeatable: false,
          step: `delete ${recordCount(ids)}`,
          signal,
        },
        readAs(afterChange(collectionResults), `delete ${recordCount(ids)}`),
      ),
  };
}

export type RestApi = ReturnType<typeof restApi>;

function recordCount({ length }: readonly unknown[]): string {
  return length === 1 ? '1 record' : `${length} records`;
}

function restQueryPage(answer: unknown, step: string): RestQueryPage {
  const check = checking(step);
  const page = check.object(answer, 'a page of records');
  check.that(isCount(page.totalSize), 'totalSize', page.totalSize);
  for (const record of check.array(page.records, 'the records')) check.object(record, 'a record');
  check.that(typeof page.done === 'boolean', 'done', page.done);
  const nextRecordsUrl = check.nextUrl(page.nextRecordsUrl);
  return { ...page, nextRecordsUrl } as RestQueryPage;
}

function collectionResults(answer: unknown, step: string): CollectionResult[] {
  const check = checking(step);
  return check.array(answer, 'the results').map((each) => {
    const result = withoutNulls(check.object(each, 'a result'));
    check.that(typeof result.success === 'boolean', 'success', result.success);
    check.that(result.id === undefined || isSalesforceId(result.id), 'the record id', result.id);
    const errors = check.array(result.errors ?? [], 'the errors').map((error) => {
      const { statusCode, message, fields = [] } = check.object(error, 'an error');
      return {
        statusCode: withoutSecrets(check.text(statusCode, 'statusCode')),
        message: withoutSecrets(check.text(message, 'message')),
        fields: check.array(fields, 'the fields of an error').map((field) => check.text(field, 'a field')),
      };
    });
    return { ...result, errors } as unknown as CollectionResult;
  });
}

function describeFor(object: string): AnswerCheck<SObjectDescribe> {
  return (answer, step) => {
    const describe = sObjectDescribe(answer, step);
    checking(step).that(isSameObject(describe.name, object), 'the object', describe.name);
    return describe;
  };
}

function sObjectDescribe(answer: unknown, step: string): SObjectDescribe {
  const check = checking(step);
  const describe = check.object(answer, 'an object');
  check.that(isApiName(describe.name), 'the object', describe.name);
  for (const each of check.array(describe.fields, 'the fields')) {
    const { name, type, relationshipName, referenceTo } = check.object(each, 'a field');
    const names = [name, relationshipName, ...check.array(referenceTo, 'referenceTo')];
    for (const one of names) check.that(one === null || isApiName(one), 'a name', one);
    check.that(typeof type === 'string', 'the type of a field', type);
  }
  return describe as SObjectDescribe;
}

/** The names of a global describe. */
function namesOfObjects(answer: unknown, step: string): string[] {
  const check = checking(step);
  return check.array(check.object(answer, 'the objects').sobjects, 'the objects').map((each) => {
    const { name } = check.object(each, 'an object');
    check.that(isApiName(name), 'the object', name);
    return name as string;
  });
}

/** The user's id is at the end of the address that the API gives for who is logged in. */
function userIdIn(answer: unknown, step: string): string {
  const check = checking(step);
  const { identity } = check.object(answer, 'the resources');
  const id = check.url(identity, 'the user').pathname.split('/').at(-1);
  check.that(isSalesforceId(id), 'the user', identity);
  return id as string;
}

function orgLimits(answer: unknown, step: string): OrgLimits {
  return checking(step).object(answer, 'the limits') as OrgLimits;
}

type RecordsById = {
  readonly object: string;
  /** Beside the id. */
  readonly fields: readonly string[];
  readonly ids: readonly string[];
};

/** Reads fields of records, in as many queries as it takes. Records that are gone are left out; the order is the org's. */
export async function recordsById(
  rest: RestApi,
  { object, fields, ids }: RecordsById,
): Promise<RestRecord[]> {
  const names = new Map(['Id', ...fields].map((name) => [name.toLowerCase(), name]));
  const list = ids.map((id) => `'${id}'`).join(',');
  const soql = `SELECT ${[...names.values()].join(', ')} FROM ${object} WHERE Id IN (${list})`;
  if (!fitsAddress(soql) && ids.length > 1) {
    const middle = Math.ceil(ids.length / 2);
    const halves = [ids.slice(0, middle), ids.slice(middle)];
    return (await Promise.all(halves.map((half) => recordsById(rest, { object, fields, ids: half })))).flat();
  }
  const found: RestRecord[] = [];
  for await (const { records } of rest.pagesFrom(await rest.query(soql))) found.push(...records);
  return found;
}
